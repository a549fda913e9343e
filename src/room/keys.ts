import type { Crypto } from '../contracts/crypto.ts'
import { controlEpoch, type EpochId, type FeedId, type KeyId, type RoomId } from '../contracts/ids.ts'
import type { Random } from '../contracts/random.ts'
import type { DeviceCertificate } from '../identity/device-certificate.ts'
import { openBox, sealBox, type BoxContext } from '../identity/hpke.ts'
import { entryKeys, epochIdOf, idKeyOf, type EntryKeys } from '../identity/key-schedule.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../lib/cbor.ts'
import { bytesOf, exactly, listOf, tuple } from '../lib/shape.ts'

/** Epochs whose keys a box can hold. */
const maxEpochKeys = 100_000
const boxedShape = tuple(exactly(1), bytesOf(16), bytesOf(32), listOf(bytesOf(32), maxEpochKeys))

/** The keys of one room that this device holds: the control key and those of epochs. */
export class RoomKeys {
  readonly room: RoomId
  readonly #crypto: Crypto
  readonly #epochs = new Map<EpochId, Uint8Array>()
  readonly #cache = new Map<string, EntryKeys>()
  #newest: EpochId | undefined
  #entered: EpochId | undefined

  constructor(crypto: Crypto, room: RoomId) {
    this.#crypto = crypto
    this.room = room
  }

  get hasControlKey(): boolean {
    return this.#epochs.has(controlEpoch)
  }

  get controlKey(): Uint8Array {
    return this.#epochs.get(controlEpoch)!
  }

  /** Keys of epochs 1 and later, oldest first. */
  get epochKeys(): readonly Uint8Array[] {
    return [...this.#epochs].filter(([id]) => id !== controlEpoch).map(([, key]) => key)
  }

  /** The epoch that new entries are sealed by; undefined before the first is known. */
  get newest(): EpochId | undefined {
    return this.#newest
  }

  epochKey(epoch: EpochId): Uint8Array | undefined {
    return this.#epochs.get(epoch)
  }

  add(controlKey: Uint8Array, epochKeys: readonly Uint8Array[]): void {
    this.#epochs.set(controlEpoch, controlKey)
    this.#cache.clear()
    for (const key of epochKeys) this.addEpoch(key)
  }

  addEpoch(key: Uint8Array): EpochId {
    const epoch = epochIdOf(this.#crypto, key, this.room)
    this.#epochs.set(epoch, key)
    if (!this.#entered) this.#newest = epoch
    return epoch
  }

  /** An entry has begun this epoch: entries are sealed by it from now on, and by no other that somebody puts into a box. */
  enter(epoch: EpochId): void {
    this.#entered = epoch
    this.#newest = this.#epochs.has(epoch) ? epoch : undefined
  }

  /** The key under which client numbers of computed authors are derived. */
  get idKey(): Uint8Array {
    return idKeyOf(this.#crypto, this.controlKey, this.room)
  }

  /** The keys of a feed in an epoch, or undefined where the epoch is not held. `room` is zero for the genesis entry. */
  forEntry(room: RoomId, epoch: EpochId, feed: FeedId): EntryKeys | undefined {
    const key = this.#epochs.get(epoch)
    if (!key) return undefined
    const place = `${room}${epoch}${feed}`
    let keys = this.#cache.get(place)
    if (!keys) this.#cache.set(place, (keys = entryKeys(this.#crypto, key, { room, epoch, feed })))
    return keys
  }

  /** All keys in a box for a device that was just admitted: [1, room, control key, [epoch key...]]. */
  boxFor(random: Random, { device, agreement }: DeviceCertificate): Uint8Array | undefined {
    const content = encodeCbor([1, hexBytes(this.room), this.controlKey, this.epochKeys])
    return sealBox(this.#crypto, random, hexBytes(agreement), this.#context('keys', device), content)
  }

  /**
   * Takes over the keys of a box for this device; false where it holds none for this room. Until genesis has been opened
   * (`isProved`) any box is as good as another: the sender may have lied.
   */
  takeBox(agreementSecret: Uint8Array, device: KeyId, box: Uint8Array, isProved = false): boolean {
    const content = openBox(this.#crypto, agreementSecret, this.#context('keys', device), box)
    const value = content && decodeCbor(content)
    const read = value === undefined ? undefined : boxedShape(value)
    if (!read || toHex(read[1]) !== this.room) return false
    this.add(isProved ? this.controlKey : read[2], read[3])
    if (this.#entered) this.enter(this.#entered)
    return true
  }

  /** The key of an epoch in a box for a device, as epoch entries hold it. */
  epochBoxFor(random: Random, epoch: EpochId, { device, agreement }: DeviceCertificate): Uint8Array | undefined {
    const context = this.#context('epoch', device, epoch)
    return sealBox(this.#crypto, random, hexBytes(agreement), context, this.#epochs.get(epoch)!)
  }

  /** Takes over the key of an epoch from its entry. False where the box is not ours or holds another key than the epoch's id says. */
  takeEpochBox(agreementSecret: Uint8Array, device: KeyId, epoch: EpochId, box: Uint8Array): boolean {
    const key = openBox(this.#crypto, agreementSecret, this.#context('epoch', device, epoch), box)
    if (key?.length !== 32 || epochIdOf(this.#crypto, key, this.room) !== epoch) return false
    this.addEpoch(key)
    return true
  }

  #context(purpose: 'keys' | 'epoch', device: KeyId, epoch: EpochId = controlEpoch): BoxContext {
    const info = encodeCbor([`anvcs/1 ${purpose}`, hexBytes(this.room), hexBytes(epoch), hexBytes(device)])
    return { info, aad: new Uint8Array(0) }
  }
}
