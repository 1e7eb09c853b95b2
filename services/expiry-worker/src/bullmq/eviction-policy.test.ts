import { readEvictionPolicy } from './eviction-policy';

describe('the eviction policy of Redis', () => {
  it('the eviction policy is read from the reply to INFO', () => {
    const info = '# Memory\r\nused_memory:1\r\nmaxmemory_policy:allkeys-lru\r\nmem_clients:2\r\n';

    expect(readEvictionPolicy(info)).toBe('allkeys-lru');
  });

  it('the eviction policy is unknown if the reply does not name it', () => {
    expect(readEvictionPolicy('# Memory\r\nused_memory:1\r\n')).toBeUndefined();
  });
});
