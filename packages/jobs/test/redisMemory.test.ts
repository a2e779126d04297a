import { expect } from 'chai';
import { parseRedisMemory } from '../src/redisMemory.ts';

describe('the memory of Redis', () => {
  it('is read from INFO, with the policy that never evicts as the only right one', () => {
    const info = '# Memory\r\nused_memory:1048576\r\nmaxmemory:4194304\r\nmaxmemory_policy:noeviction\r\n';
    expect(parseRedisMemory(info)).to.deep.equal({
      policyOk: true,
      usedBytes: 1_048_576,
      maxBytes: 4_194_304,
    });
    expect(parseRedisMemory(info.replace('noeviction', 'allkeys-lru')).policyOk).to.equal(false);
  });

  it('has the machine for its limit when it was given none', () => {
    const info =
      'used_memory:1\r\ntotal_system_memory:8589934592\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n';
    expect(parseRedisMemory(info).maxBytes).to.equal(8_589_934_592);
  });
});
