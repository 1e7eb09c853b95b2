// The ES module has the same exports as the CommonJS one.
export * from './dist/index.js';
