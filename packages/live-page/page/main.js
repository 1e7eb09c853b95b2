// The live sale page: joins its parts and starts them.
import { createAccountView } from './account-view.js';
import { createAdminView } from './admin-view.js';
import { byId, setText } from './dom.js';
import { hideProblem, showProblem } from './form.js';
import { toProblem } from './problem.js';
import { createProductsView } from './products-view.js';
import { createPulseView } from './pulse-view.js';
import { createReservations } from './reservations.js';
import { createReservationsView } from './reservations-view.js';
import { createSession } from './session.js';
import { createStock } from './stock.js';
import { openStream } from './stream.js';

const STATES = { live: 'Live', waiting: 'Reconnecting' };

const session = createSession();
const stock = createStock();
const reservations = createReservations(session);
createAccountView(session);
const { adjustStock } = createAdminView({ session, stock });
const { drawSoon, isPaused } = createProductsView({
  stock,
  session,
  reservations,
  adjustStock,
});
createReservationsView({ reservations, stock, session });
const pulse = createPulseView({ isPaused });

/**
 * Loads something beside whose place a refusal is shown.
 * @param {string} placeId
 * @param {() => Promise<void>} load
 */
const loadInto = async (placeId, load) => {
  const place = byId(placeId, HTMLElement);
  try {
    await load();
    hideProblem(place);
  } catch (error) {
    showProblem(place, toProblem(error));
  }
};
const loadOwn = () => {
  if (session.user() !== undefined) void loadInto('mine-problem', reservations.load);
};

session.onChange(loadOwn);
// Another device of the same user may have confirmed or cancelled meanwhile.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') loadOwn();
});

const connection = byId('connection', HTMLElement);
openStream({
  stock,
  pulse,
  onState: (state) => {
    connection.dataset['state'] = state;
    setText(connection, STATES[state]);
  },
});
void loadInto('mine-problem', session.resume);
void loadInto('products-problem', async () => {
  await stock.load();
  drawSoon();
});
