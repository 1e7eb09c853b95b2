import {
  type ConfigProblem,
  type Environment,
  findProblems,
  findTlsFileProblems,
  toConfigError,
  wholeNumber,
} from '@flashreserve/ops';
import { z } from 'zod';
import { TaskError } from '../task';
import { placesSchema } from './arguments';
import { COMPONENT_SCHEMAS } from './component-schemas';
import { OWN_SERVICE_CLIENTS } from './dev-secrets';
import { planInstances, SINGLE_INSTANCES } from './topology';

/** Read by Node itself, which would make each component exit after the stores have started. */
const nodeSchema = z.object({
  HEAP_MB: wholeNumber({ min: 64, max: 65_536, of: 'megabytes' }).optional(),
});

/** Placeholders for values that are chosen later during startup and valid then. */
const CHOSEN_LATER = {
  MONGO_URI: 'mongodb://127.0.0.1',
  REDIS_URL: 'redis://127.0.0.1',
  HOST: '127.0.0.1',
};
const NO_PORTS = { auth: 1, catalog: 1, reservation: 1, 'expiry-worker': 1, gateway: 1 };

/** auth reads one list, built here from the individual secrets and MORE_SERVICE_CLIENTS. */
const nameEntry = (problem: ConfigProblem): readonly ConfigProblem[] => {
  const { entry, message } = problem;
  if (entry === undefined) return [problem];
  const own = OWN_SERVICE_CLIENTS[entry - 1];
  if (own === undefined) {
    const variable = 'MORE_SERVICE_CLIENTS';
    return [{ variable, entry: entry - OWN_SERVICE_CLIENTS.length, message }];
  }
  // The component that uses the secret reports the same problem under the same name.
  if (own !== 'DEV_SERVICE_CLIENT_SECRET') return [];
  return [{ variable: own, message: 'must have 32 to 1024 characters' }];
};

const TLS_FILES: ReadonlySet<string> = new Set(['GRPC_TLS_CERT', 'GRPC_TLS_KEY', 'GRPC_TLS_CA']);

/** Reports each problem under the name that was set. */
const rename = (problems: readonly ConfigProblem[], env: Environment): readonly ConfigProblem[] => {
  const named = problems.flatMap((problem) =>
    problem.variable === 'SERVICE_CLIENTS' ? nameEntry(problem) : [problem],
  );
  if (!env['GRPC_TLS_DIR']) return named;
  const [first] = named.filter(({ variable }) => TLS_FILES.has(variable));
  const others = named.filter(({ variable }) => !TLS_FILES.has(variable));
  return first === undefined
    ? others
    : [
        ...others,
        { variable: 'GRPC_TLS_DIR', message: `${first.message} (\`npm run dev-ca\` creates it)` },
      ];
};

/**
 * Checks the configuration of all components before anything is started.
 *
 * @param env the caller's environment with `.env`
 * @param stackEnv environment of all components of the stack
 * @throws TaskError that lists all problems, each once and under the name that was set
 */
export const checkConfiguration = (input: {
  readonly root: string;
  readonly env: Environment;
  readonly stackEnv: Readonly<Record<string, string>>;
}): void => {
  const { root, env, stackEnv } = input;
  const instances = planInstances({
    root,
    scale: SINGLE_INSTANCES,
    host: CHOSEN_LATER.HOST,
    basePorts: NO_PORTS,
    sharedEnv: {
      ...stackEnv,
      MONGO_URI: env['MONGO_URI'] || CHOSEN_LATER.MONGO_URI,
      REDIS_URL: env['REDIS_URL'] || CHOSEN_LATER.REDIS_URL,
      METRICS_PORT: '',
      METRICS_HOST: '',
    },
  });
  const problems = instances.flatMap(({ component, env: own }) => {
    const whole = { ...env, ...own };
    return [...findProblems(COMPONENT_SCHEMAS[component], whole), ...findTlsFileProblems(whole)];
  });
  const all = [
    ...findProblems(placesSchema, env),
    ...findProblems(nodeSchema, env),
    ...rename(problems, env),
  ];
  if (all.length > 0) throw new TaskError(toConfigError(all).message);
};
