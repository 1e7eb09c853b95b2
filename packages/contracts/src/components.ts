/**
 * Client ids of FlashReserve's own components, to which auth issues service tokens. Auth itself
 * calls no other component.
 */
export type ComponentId = 'catalog' | 'reservation' | 'expiry-worker' | 'gateway';
