const globalTeardown = async (): Promise<void> => {
  const { stopStores } = globalThis as { stopStores?: () => Promise<void> };
  await stopStores?.();
};

module.exports = globalTeardown;
