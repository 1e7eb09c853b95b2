// Runs in mongosh. Creates a user per service that can read, write and migrate its own database only, with the passwords in the
// environment. Can be run again at any time to change passwords or rights; the container runs it at its first start.
const { env } = process;
const users = db.getSiblingDB('admin');
const prefix = env.MONGO_DB_PREFIX || 'flashreserve';

const save = (name, password, roles) => {
  if (!password) throw new Error(`The password of ${name} is not set.`);
  const account = { pwd: password, roles };
  if (users.getUser(name)) users.updateUser(name, account);
  else users.createUser({ user: name, ...account });
};

// Migrations set validators, which readWrite does not include; it does include creating and dropping indexes.
const saveSchemaRole = (service) => {
  const role = `${service}_schema`;
  const rights = {
    privileges: [
      { resource: { db: `${prefix}_${service}`, collection: '' }, actions: ['collMod'] },
    ],
    roles: [],
  };
  if (users.getRole(role)) users.updateRole(role, rights);
  else users.createRole({ role, ...rights });
  return { role, db: 'admin' };
};

save('root', env.MONGO_INITDB_ROOT_PASSWORD, ['root']);
for (const service of ['auth', 'catalog', 'reservation']) {
  save(service, env[`MONGO_${service.toUpperCase()}_PASSWORD`], [
    { role: 'readWrite', db: `${prefix}_${service}` },
    saveSchemaRole(service),
  ]);
}
