import { type ChannelOptions, connectivityState, experimental } from '@grpc/grpc-js';
import { createRoster, type ReadyInstance, type Roster } from './homes';
import { createInstance, type Instance } from './instance';
import { createHomePicker } from './pick-by-home';

const NAME = 'flashreserve_home';
/** The prefix keeps the option out of connections, which clients of one target share. */
const PARTS = `${experimental.SUBCHANNEL_ARGS_EXCLUDE_KEY_PREFIX}.flashreserve.home`;
const { READY, CONNECTING, IDLE, TRANSIENT_FAILURE } = connectivityState;

/** What the balancer of one client is given, and what that client reads. */
export interface HomeParts {
  readonly roster: Roster;
  /** Time in milliseconds after which an instance that does not answer loses its keys. */
  readonly silentAfterMs: number;
  /** Checks the health of one instance; whether it answered in time. Never rejects. */
  readonly probe: (address: string) => Promise<boolean>;
}

class HomeConfig implements experimental.TypedLoadBalancingConfig {
  static createFromJson(): HomeConfig {
    return new HomeConfig();
  }
  getLoadBalancerName(): string {
    return NAME;
  }
  toJsonObject(): object {
    return { [NAME]: {} };
  }
}

const isReady = (one: ReadyInstance | undefined): one is ReadyInstance => one !== undefined;

/**
 * Keeps a connection to every instance of a service and sends each call to the home of its key
 * (ADR 15). Like grpc-js's `round_robin`, but instances that a new resolution names again keep
 * their connections and what is known about them.
 */
class HomeBalancer implements experimental.LoadBalancer {
  readonly #helper: experimental.ChannelControlHelper;
  /** By address, in the order of the addresses, on which all clients agree. */
  #instances = new Map<string, Instance>();
  #parts: HomeParts | undefined;
  #lastError: string | null = null;
  #paused = false;
  #readyCount = 0;

  constructor(helper: experimental.ChannelControlHelper) {
    this.#helper = helper;
  }

  updateAddressList(
    endpoints: experimental.StatusOr<experimental.Endpoint[]>,
    config: experimental.TypedLoadBalancingConfig,
    channelOptions: ChannelOptions,
    resolutionNote: string,
  ): boolean {
    if (!(config instanceof HomeConfig)) return false;
    this.#parts = channelOptions[PARTS] as HomeParts;
    if (!endpoints.ok) {
      // The instances known so far may well be there still.
      if (this.#instances.size === 0) this.#fail(endpoints.error.details);
      return true;
    }
    this.#paused = true;
    this.#replace(endpoints.value, channelOptions, resolutionNote);
    this.#paused = false;
    if (this.#instances.size === 0) {
      this.#fail(`No addresses resolved. Resolution note: ${resolutionNote}`);
    } else {
      this.#report();
    }
    return this.#instances.size > 0;
  }

  #replace(
    endpoints: readonly experimental.Endpoint[],
    channelOptions: ChannelOptions,
    resolutionNote: string,
  ): void {
    const before = this.#instances;
    const named = new Map(
      endpoints.map((endpoint) => [experimental.endpointToString(endpoint), endpoint]),
    );
    const after = [...named].map(([address, endpoint]): [string, Instance] => [
      address,
      before.get(address) ?? this.#create(address, { endpoint, channelOptions, resolutionNote }),
    ]);
    this.#instances = new Map(after.sort(([a], [b]) => (a < b ? -1 : 1)));
    for (const [address, instance] of before) {
      if (!this.#instances.has(address)) instance.destroy();
    }
  }

  #create(
    address: string,
    target: {
      readonly endpoint: experimental.Endpoint;
      readonly channelOptions: ChannelOptions;
      readonly resolutionNote: string;
    },
  ): Instance {
    const parts = target.channelOptions[PARTS] as HomeParts;
    return createInstance({
      address,
      endpoint: target.endpoint,
      channelOptions: target.channelOptions,
      resolutionNote: target.resolutionNote,
      helper: this.#helper,
      silentAfterMs: parts.silentAfterMs,
      probe: parts.probe,
      onChange: (error) => {
        this.#lastError = error ?? this.#lastError;
        this.#report();
      },
    });
  }

  /** Publishes which instances calls can go to. */
  #report(): void {
    if (this.#paused) return;
    const all = [...this.#instances.values()];
    const answering = all.filter((instance) => !instance.isSilent());
    const ready = all.map((instance) => instance.ready()).filter(isReady);
    this.#parts?.roster.set(ready, answering.map((instance) => instance.ready()).filter(isReady));
    const hasLostOne = ready.length < this.#readyCount;
    this.#readyCount = ready.length;
    if (hasLostOne) this.#helper.requestReresolution();
    this.#publish(ready.length, all);
    for (const instance of all) if (instance.state() === IDLE) instance.connect();
  }

  #publish(readyCount: number, all: readonly Instance[]): void {
    const has = (state: connectivityState): boolean => all.some((one) => one.state() === state);
    if (readyCount > 0 && this.#parts !== undefined) {
      this.#helper.updateState(READY, createHomePicker(this.#parts.roster), null);
    } else if (has(CONNECTING)) {
      this.#helper.updateState(CONNECTING, new experimental.QueuePicker(this), null);
    } else if (has(TRANSIENT_FAILURE)) {
      this.#fail(`No connection established. Last error: ${this.#lastError}`);
    } else {
      this.#helper.updateState(IDLE, new experimental.QueuePicker(this), null);
    }
  }

  #fail(details: string): void {
    this.#helper.updateState(
      TRANSIENT_FAILURE,
      new experimental.UnavailablePicker({ details }),
      details,
    );
  }

  exitIdle(): void {
    // Instances connect by themselves.
  }

  resetBackoff(): void {
    // The connections have the only back-off.
  }

  destroy(): void {
    this.#paused = true;
    for (const instance of this.#instances.values()) instance.destroy();
    this.#instances = new Map();
    this.#parts?.roster.set([], []);
  }

  getTypeName(): string {
    return NAME;
  }
}

experimental.registerLoadBalancerType(NAME, HomeBalancer, HomeConfig);

/** For `loadBalancingConfig` of a service config. */
export const HOME_BALANCING = { [NAME]: {} } as const;

/** Where the calls of a client go, and the channel options that make its balancer decide it. */
export const createHomes = (
  given: Omit<HomeParts, 'roster'>,
): { readonly roster: Roster; readonly options: ChannelOptions } => {
  const roster = createRoster();
  const parts: HomeParts = { roster, ...given };
  return { roster, options: { [PARTS]: parts } };
};
