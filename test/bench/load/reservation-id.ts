const FIELD = '"reservationId":"';

/**
 * The id in a response about one reservation. Searches for the field, because parsing the whole
 * body would cost the load generator several times as much.
 *
 * @throws Error if there is none
 */
export const readReservationId = (body: string): string => {
  const at = body.indexOf(FIELD);
  const from = at + FIELD.length;
  const to = at < 0 ? -1 : body.indexOf('"', from);
  if (to < 0) throw new Error(`An answer names no reservation: ${body}`);
  return body.slice(from, to);
};
