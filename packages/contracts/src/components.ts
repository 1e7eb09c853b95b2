/** Client ids of FlashReserve's own components, as auth issues service tokens to them. Auth calls no other component. */
export type ComponentId = 'catalog' | 'reservation' | 'expiry-worker' | 'gateway';
