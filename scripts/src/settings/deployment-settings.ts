import type { SettingSection } from '@flashreserve/ops';

/**
 * Settings that no component reads: of `npm start`, docker compose, the stores and their images. A
 * setting without a description belongs to the one before it.
 */
export const DEPLOYMENT_SETTINGS: readonly {
  readonly section: SettingSection;
  readonly name: string;
  readonly value: string;
  readonly description: string;
}[] = [
  {
    section: 'secrets',
    name: 'MORE_SERVICE_CLIENTS',
    value: '',
    description:
      "Optional. Further services that may call over gRPC (see docs/security.md), as `id:secret,id:secret`. `npm start` and docker compose pass them to auth as SERVICE_CLIENTS, together with the components' own.",
  },
  {
    section: 'secrets',
    name: 'MONGO_AUTH_PASSWORD',
    value: '',
    description:
      'Required by docker compose. Passwords of the store users, each with the least privileges its component needs (deploy/mongo/create-users.js, deploy/redis/users.acl). They are used in URLs, so generate them with: openssl rand -hex 24',
  },
  { section: 'secrets', name: 'MONGO_CATALOG_PASSWORD', value: '', description: '' },
  { section: 'secrets', name: 'MONGO_RESERVATION_PASSWORD', value: '', description: '' },
  { section: 'secrets', name: 'REDIS_QUEUE_PASSWORD', value: '', description: '' },
  { section: 'secrets', name: 'REDIS_LIMITS_PASSWORD', value: '', description: '' },
  {
    section: 'secrets',
    name: 'MONGO_ROOT_PASSWORD',
    value: '',
    description:
      'Passwords for store administration: user `root` of MongoDB, user `operator` of Redis.',
  },
  { section: 'secrets', name: 'REDIS_OPERATOR_PASSWORD', value: '', description: '' },
  {
    section: 'secrets',
    name: 'MONGO_REPLICA_KEY',
    value: '',
    description:
      "Key file with which the members of MongoDB's replica set authenticate to each other: 6 to 1024 letters and digits.",
  },
  {
    section: 'diagnostics',
    name: 'GRAFANA_ADMIN_PASSWORD',
    value: '',
    description:
      'Required by docker-compose.observability.yml: the password of Grafana\'s user "admin".',
  },
  {
    section: 'diagnostics',
    name: 'GRAFANA_PORT',
    value: '3001',
    description: 'Port of Grafana on 127.0.0.1.',
  },
  {
    section: 'tls',
    name: 'GRPC_TLS_DIR',
    value: '',
    description:
      'Instead of the three, for `npm start` and docker-compose.tls.yml: the folder created by `npm run dev-ca`.',
  },
  {
    section: 'memory',
    name: 'HEAP_MB',
    value: '256',
    description:
      "Heap of each component's Node process in megabytes, 64 to 65536. Its container needs about twice as much.",
  },
  {
    section: 'memory',
    name: 'COMPONENT_MEMORY',
    value: '512m',
    description: "Memory limit of each component's container.",
  },
  {
    section: 'memory',
    name: 'MONGO_MEMORY',
    value: '2g',
    description: "Memory limit of MongoDB's container; half of what exceeds 1 GB is used as cache.",
  },
  {
    section: 'memory',
    name: 'REDIS_MAXMEMORY',
    value: '512mb',
    description:
      'Redis maxmemory, above which it rejects writes (holds are then released by the sweep). Its container needs twice as much.',
  },
  {
    section: 'memory',
    name: 'REDIS_MEMORY',
    value: '1g',
    description: "Memory limit of Redis' container.",
  },
  {
    section: 'memory',
    name: 'LOG_FILE_SIZE',
    value: '50m',
    description:
      'Each container keeps four log files of at most this size. A request is one line of about 200 bytes.',
  },
  {
    section: 'memory',
    name: 'MONGO_PUBLISH_PORT',
    value: '27017',
    description: 'Ports on 127.0.0.1 at which docker-compose.stores.yml publishes the stores.',
  },
  { section: 'memory', name: 'REDIS_PUBLISH_PORT', value: '6379', description: '' },
  { section: 'images', name: 'MONGO_VERSION', value: '8.0', description: '' },
  { section: 'images', name: 'REDIS_VERSION', value: '7.4-alpine', description: '' },
  { section: 'images', name: 'NGINX_VERSION', value: '1.29-alpine', description: '' },
  { section: 'images', name: 'PROMETHEUS_VERSION', value: 'v3.4.1', description: '' },
  { section: 'images', name: 'GRAFANA_VERSION', value: '12.3.3', description: '' },
  {
    section: 'images',
    name: 'PUBLISH_ADDRESS',
    value: '0.0.0.0',
    description: 'Address on which docker compose publishes PORT.',
  },
];
