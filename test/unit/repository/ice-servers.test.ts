import assert from 'node:assert/strict'
import { readIceServers } from '../../../src/repository/ice-servers.ts'

describe('configured STUN and TURN servers', () => {
  it('are read with user and secret apart', () => {
    assert.deepEqual(
      readIceServers(['stun:stun.example.org:3478', 'turn:1700000000%3Aada:a+b/c=@turn.example.org?transport=tcp']),
      [
        { urls: 'stun:stun.example.org:3478' },
        { urls: 'turn:turn.example.org?transport=tcp', username: '1700000000:ada', credential: 'a+b/c=' },
      ],
    )
  })

  for (const text of [
    'http://x',
    'stun:',
    'turn:host',
    'turn:user@host',
    'stun:a b',
    'turn:u:s@host?transport=sctp',
    'turn:%zz:s@h',
  ])
    it(`refuse ${text}`, () => {
      assert.equal(readIceServers([text]), undefined)
    })
})
