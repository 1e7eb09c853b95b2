// What a buyer has to do with a reservation: confirm it here, or pay in the shop, whose backend confirms it then.
import { CONFIRM_BY } from './vendor/settings.js';

export const BACKEND_CONFIRMS = CONFIRM_BY === 'backend';

export const WORDING = BACKEND_CONFIRMS
  ? {
      none: 'None yet. Reserve something, then pay in the shop before the countdown ends.',
      reserved: 'Pay in the shop before the countdown ends.',
      toDo: 'to pay',
      late: 'Not paid in time. Its units are on sale again.',
    }
  : {
      none: 'None yet. Reserve something, then confirm it before the countdown ends.',
      reserved: 'Confirm before the countdown ends.',
      toDo: 'to confirm',
      late: 'Not confirmed in time. Its units are on sale again.',
    };
