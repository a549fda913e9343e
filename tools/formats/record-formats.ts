import type { Crypto } from '../../src/contracts/crypto.ts'
import type { ObjectId, RoomId } from '../../src/contracts/ids.ts'
import {
  attestationLine,
  attestedMessage,
  readAttestation,
  type Attestation,
} from '../../src/provenance/attestation.ts'
import { noteLine, readNoteLine, type NoteLine } from '../../src/provenance/note-line.ts'
import { readRecordTrailers, recordTrailers, type RecordTrailers } from '../../src/provenance/record-trailers.ts'
import { buildRecord, dropField, droppableFields, recordDigest, type RecordFacts } from '../../src/provenance/record.ts'
import { addTrailers } from '../../src/provenance/trailers.ts'
import { format, type Format } from './format.ts'

/** Records, the lines that hold them, and what binds them to commits. */
export function recordFormats(crypto: Crypto): Readonly<Record<string, Format>> {
  return {
    record: format((of: { feedSalt: Uint8Array; facts: RecordFacts }) => buildRecord(crypto, of.feedSalt, of.facts)),
    'note line': format<NoteLine, string>(noteLine, readNoteLine),
    'record digest': format((line: NoteLine) => recordDigest(crypto, line)),
    'dropped fields': format((line: NoteLine) => {
      const left = droppableFields.reduce((rest, field) => dropField(crypto, rest, field), line)
      return { line: noteLine(left), digest: recordDigest(crypto, left) }
    }),
    trailers: format(
      (of: { message: string; facts: RecordTrailers }) => addTrailers(of.message, recordTrailers(of.facts)),
      (message, of) => {
        const found = readRecordTrailers(message)
        const { changeId, digest, room } = of.facts
        const isThere = found.changeIds.includes(changeId) && found.digests.includes(digest)
        return isThere && (room === undefined || found.rooms.includes(room)) ? of : undefined
      },
    ),
    attestation: format<Attestation, string>(attestationLine, readAttestation),
    'attested message': format((of: { room: RoomId; commit: ObjectId }) => attestedMessage(of.room, of.commit)),
  }
}
