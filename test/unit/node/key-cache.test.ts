import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { KeyCache } from '../../../src/node/key-cache.ts'

describe('the cache of keys', () => {
  it('makes a key once while it is in use, and keeps a bounded number', () => {
    let made = 0
    const cache = new KeyCache((bytes) => {
      made++
      return createSecretKey(bytes)
    })
    const key = (id: number) => Uint8Array.of(id >> 8, id & 255)
    const first = cache.get(key(0))
    assert.equal(cache.get(key(0)), first)
    assert.equal(made, 1)
    for (let id = 1; id <= 1000; id++) {
      cache.get(key(id))
      if (id < 500) assert.equal(cache.get(key(0)), first, 'what is used stays')
    }
    assert.equal(made, 1001)
    assert.notEqual(cache.get(key(0)), first)
    assert.equal(made, 1002)
  })

  it('keeps nothing of bytes that make no key', () => {
    const cache = new KeyCache(() => {
      throw new Error('no key')
    })
    assert.throws(() => cache.get(new Uint8Array(3)))
    assert.throws(() => cache.get(new Uint8Array(3)))
  })
})
