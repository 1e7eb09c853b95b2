// Runs in mongosh. Creates a user per service that can read and write its own database only, with the passwords in the
// environment. Can be run again at any time to change passwords; the container runs it at its first start.
const { env } = process;
const users = db.getSiblingDB('admin');
const prefix = env.MONGO_DB_PREFIX || 'flashreserve';

const save = (name, password, roles) => {
  if (!password) throw new Error(`The password of ${name} is not set.`);
  const account = { pwd: password, roles };
  if (users.getUser(name)) users.updateUser(name, account);
  else users.createUser({ user: name, ...account });
};

save('root', env.MONGO_INITDB_ROOT_PASSWORD, ['root']);
for (const service of ['auth', 'catalog', 'reservation']) {
  save(service, env[`MONGO_${service.toUpperCase()}_PASSWORD`], [
    { role: 'readWrite', db: `${prefix}_${service}` },
  ]);
}
