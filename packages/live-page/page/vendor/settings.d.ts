/** Who may confirm reservations in this deployment. */
export const CONFIRM_BY: 'customer' | 'backend';
