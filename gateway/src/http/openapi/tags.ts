/** The groups of the documentation, in reading order. */
export const TAGS = [
  {
    name: 'Users and sessions',
    description: 'Accounts, logins, and the tokens that the other groups require.',
  },
  {
    name: 'Accounts',
    description: 'Forgotten passwords, new addresses, deletion, and the users for administrators.',
  },
  {
    name: 'API clients',
    description: 'Backends of shops, which act for customers, and their tokens (OAuth 2.0).',
  },
  { name: 'Products', description: 'Products, their stock, and a stream of stock changes.' },
  {
    name: 'Reservations',
    description: 'Hold units for a limited time, then buy or release them.',
  },
  { name: 'Administration', description: 'Browser pages for administrators.' },
  { name: 'Live sale', description: 'The live sale page and its data.' },
  { name: 'Operations', description: 'Health checks for load balancers and supervisors.' },
  { name: 'Documentation', description: 'This documentation, for humans and for programs.' },
] as const;

/** A group of routes. */
export type Tag = (typeof TAGS)[number]['name'];
