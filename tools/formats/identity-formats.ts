import type { Crypto } from '../../src/contracts/crypto.ts'
import type { AuthorId, EntryId, EpochId, FeedId, FileId, KeyId, ObjectId, RoomId } from '../../src/contracts/ids.ts'
import { proveAdmission, verifyAdmission, type Admission } from '../../src/identity/admission.ts'
import {
  certifyDeviceBySeed,
  verifyDeviceCertificate,
  writeDeviceCertificate,
  readDeviceCertificate,
  type DeviceKeys,
} from '../../src/identity/device-certificate.ts'
import { didKey, parseDidKey } from '../../src/identity/did-key.ts'
import {
  baseFileId,
  computedClientId,
  feedClientId,
  feedIdOf,
  madeFileId,
  outsideFileId,
  roomIdOf,
  roomTag,
} from '../../src/identity/ids.ts'
import { entryKeys, epochIdOf, idKeyOf, signalTopicOf } from '../../src/identity/key-schedule.ts'
import { proveLink, verifyLink, type LinkView } from '../../src/identity/link-proof.ts'
import { signAsMember } from '../../src/identity/member-signer.ts'
import { verifySshSignature, type SshNamespace } from '../../src/identity/sshsig.ts'
import {
  formatTicket,
  parseTicket,
  ticketPublicKey,
  ticketSignalTopic,
  ticketSigningSeed,
  type Ticket,
} from '../../src/identity/ticket.ts'
import { hexBytes } from '../../src/lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/lib/cbor.ts'
import { format, type Format } from './format.ts'

/** Ids: each is a function of what it names. */
export function idFormats(crypto: Crypto): Readonly<Record<string, Format>> {
  return {
    'room id': format(({ genesis }: { genesis: EntryId }) => roomIdOf(genesis)),
    'room tag': format(({ room }: { room: RoomId }) => roomTag(crypto, room)),
    'feed id': format((of: { room: RoomId; admission: EntryId; device: number; run: number }) =>
      feedIdOf(crypto, of.room, of.admission, of.device, of.run),
    ),
    'base file id': format((of: { room: RoomId; path: string }) => baseFileId(crypto, of.room, of.path)),
    'outside file id': format((of: { room: RoomId; commit: ObjectId; path: string }) =>
      outsideFileId(crypto, of.room, of.commit, of.path),
    ),
    'made file id': format((of: { room: RoomId; feed: FeedId; operation: number }) =>
      madeFileId(crypto, of.room, of.feed, of.operation),
    ),
    'feed client': format((of: { room: RoomId; feed: FeedId }) => feedClientId(crypto, of.room, of.feed)),
    'seed client': format((of: { idKey: Uint8Array; file: FileId; blob: ObjectId | '' }) =>
      computedClientId(crypto, of.idKey, 'seed', hexBytes(of.file), hexBytes(of.blob)),
    ),
    'author client': format((of: { idKey: Uint8Array; author: AuthorId }) =>
      computedClientId(crypto, of.idKey, 'author', hexBytes(of.author)),
    ),
    'did:key': format(
      ({ key }: { key: KeyId }) => didKey(key),
      (text) => {
        const key = parseDidKey(text)
        return key && { key }
      },
    ),
  }
}

/** Keys: each row of the key table. */
export function keyFormats(crypto: Crypto): Readonly<Record<string, Format>> {
  return {
    'entry keys': format(
      ({ epochKey, ...place }: { epochKey: Uint8Array; room: RoomId; epoch: EpochId; feed: FeedId }) =>
        entryKeys(crypto, epochKey, place),
    ),
    'epoch id': format((of: { epochKey: Uint8Array; room: RoomId }) => epochIdOf(crypto, of.epochKey, of.room)),
    'client id key': format((of: { controlKey: Uint8Array; room: RoomId }) => idKeyOf(crypto, of.controlKey, of.room)),
    'members topic': format((of: { epochKey: Uint8Array; room: RoomId; day: number }) =>
      signalTopicOf(crypto, of.epochKey, of.room, of.day),
    ),
    'ticket keys': format((of: { room: RoomId; seed: Uint8Array }) => ({
      signingSeed: ticketSigningSeed(crypto, of.seed),
      publicKey: ticketPublicKey(crypto, of.seed),
      ...ticketSignalTopic(crypto, of),
    })),
  }
}

/** What members, devices and tickets sign. */
export function proofFormats(crypto: Crypto): Readonly<Record<string, Format>> {
  return {
    ticket: format(
      (ticket: Ticket) => formatTicket(crypto, ticket),
      (text) => parseTicket(crypto, text),
    ),
    'SSH signature': format(
      (of: { seed: Uint8Array; namespace: SshNamespace; message: Uint8Array }) =>
        signAsMember(crypto, of.seed, of.namespace, of.message),
      (armored, of) => {
        const publicKey = crypto.signingPublicKey(of.seed)
        return verifySshSignature(crypto, { ...of, publicKey, armored }) ? of : undefined
      },
    ),
    'device certificate': format(
      (of: { memberSeed: Uint8Array; keys: DeviceKeys }) =>
        encodeCbor(writeDeviceCertificate(certifyDeviceBySeed(crypto, of.memberSeed, of.keys))),
      (bytes, { memberSeed }) => {
        const certificate = readDeviceCertificate(decodeCbor(bytes)!)
        if (!certificate || !verifyDeviceCertificate(crypto, certificate)) return undefined
        const { number, device, agreement } = certificate
        return { memberSeed, keys: { number, device, agreement } }
      },
    ),
    'admission proof': format(
      (of: { ticketSeed: Uint8Array; admission: Admission }) => proveAdmission(crypto, of.ticketSeed, of.admission),
      (proof, of) => (verifyAdmission(crypto, of.admission, proof) ? of : undefined),
    ),
    'link proof': format(
      (of: { deviceSeed: Uint8Array; view: LinkView }) => proveLink(crypto, of.deviceSeed, of.view),
      (proof, of) => (verifyLink(crypto, otherEnd(of.view), proof) ? of : undefined),
    ),
  }
}

/** The link as the end sees it that checks the proof. */
function otherEnd(view: LinkView): LinkView {
  return {
    ...view,
    role: view.role === 'initiator' ? 'responder' : 'initiator',
    ownNonce: view.otherNonce,
    otherNonce: view.ownNonce,
    ownCertificate: view.otherCertificate,
    otherCertificate: view.ownCertificate,
  }
}
