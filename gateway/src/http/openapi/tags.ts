/** The groups of the documentation, in reading order. */
export const TAGS = [
  {
    name: 'Users and sessions',
    description: 'Accounts, logins and the tokens that all other groups take.',
  },
  { name: 'Products', description: 'What is on sale, its stock, and the stock as it changes.' },
  {
    name: 'Reservations',
    description: 'Holding units for a limited time, buying or releasing them.',
  },
  { name: 'Administration', description: 'Pages for administrators in a browser.' },
  { name: 'Live sale', description: 'The live sale page and what it shows.' },
  { name: 'Operations', description: 'Health, for load balancers and supervisors.' },
  { name: 'Documentation', description: 'This documentation, for people and for programs.' },
] as const;

/** A group of routes. */
export type Tag = (typeof TAGS)[number]['name'];
