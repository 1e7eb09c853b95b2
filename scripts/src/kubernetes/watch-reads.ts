export interface WatchedReads<Value> {
  /** Proxy of the value that records which members are read. */
  readonly watched: Value;
  /** Paths of the members never read, outermost only. */
  readonly unread: () => readonly string[];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Detects the members of a value that its consumer never reads. */
export const watchReads = <Value extends object>(value: Value): WatchedReads<Value> => {
  const readOf = new Map<object, { readonly keys: Set<string>; readonly proxy: object }>();

  const watch = (target: object): object => {
    const known = readOf.get(target);
    if (known !== undefined) return known.proxy;
    const keys = new Set<string>();
    const proxy = new Proxy(target, {
      get: (_target, key) => {
        keys.add(String(key));
        const member: unknown = Reflect.get(target, key);
        return isObject(member) ? watch(member) : member;
      },
    });
    readOf.set(target, { keys, proxy });
    return proxy;
  };

  const unreadIn = (target: unknown, path: string): readonly string[] => {
    if (!isObject(target)) return [];
    const keys = readOf.get(target)?.keys;
    return Object.entries(target).flatMap(([key, member]) =>
      keys?.has(key) === true || Array.isArray(target)
        ? unreadIn(member, `${path}/${key}`)
        : [`${path}/${key}`],
    );
  };

  return { watched: watch(value) as Value, unread: () => unreadIn(value, '') };
};
