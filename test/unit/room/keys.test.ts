import assert from 'node:assert/strict'
import type { RoomId } from '../../../src/contracts/ids.ts'
import { sealBox } from '../../../src/identity/hpke.ts'
import { epochIdOf } from '../../../src/identity/key-schedule.ts'
import { hexBytes } from '../../../src/lib/bytes.ts'
import { encodeCbor } from '../../../src/lib/cbor.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { RoomKeys } from '../../../src/room/keys.ts'
import { stranger } from '../../../src/testing/mallory.ts'
import { SimWorld } from '../../../src/testing/sim-world.ts'

describe('the box of an epoch', () => {
  it('is taken with the key of that epoch and no other: with two keys one entry would say two things', () => {
    const room = '0a'.repeat(16) as RoomId
    const { random } = new SimWorld({ seed: 1, files: {} })
    const { certificate, agreementSecret } = stranger(new SimWorld({ seed: 2, files: {} }))
    const { device, agreement } = certificate
    const [key, other] = [new Uint8Array(32).fill(2), new Uint8Array(32).fill(3)]
    const epoch = epochIdOf(nodeCrypto, key, room)
    const info = encodeCbor(['anvcs/1 epoch', hexBytes(room), hexBytes(epoch), hexBytes(device)])
    const boxOf = (content: Uint8Array) =>
      sealBox(nodeCrypto, random, hexBytes(agreement), { info, aad: new Uint8Array(0) }, content)!
    const keys = new RoomKeys(nodeCrypto, room)
    assert.equal(keys.takeEpochBox(agreementSecret, device, epoch, boxOf(other)), false)
    assert.equal(keys.epochKey(epoch), undefined)
    assert.equal(keys.takeEpochBox(agreementSecret, device, epoch, boxOf(key)), true)
    assert.deepEqual(keys.epochKey(epoch), key)
  })
})
