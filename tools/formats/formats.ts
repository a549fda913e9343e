import type { Crypto, Deflate } from '../../src/contracts/crypto.ts'
import { diskFormats } from './disk-formats.ts'
import type { Format } from './format.ts'
import { bodyFormats, textFormats } from './history-formats.ts'
import { idFormats, keyFormats, proofFormats } from './identity-formats.ts'
import { linkFormats, signalFormats } from './link-formats.ts'
import { recordFormats } from './record-formats.ts'
import { boxFormats, entryFormats } from './room-formats.ts'

/** All formats that have test vectors: by the fixture file they lie in, and by name. */
export function formatsOf(
  crypto: Crypto,
  deflate: Deflate,
): Readonly<Record<string, Readonly<Record<string, Format>>>> {
  return {
    ids: idFormats(crypto),
    keys: keyFormats(crypto),
    proofs: proofFormats(crypto),
    entries: entryFormats(crypto, deflate),
    boxes: boxFormats(crypto),
    bodies: bodyFormats(crypto),
    texts: textFormats(),
    links: linkFormats(crypto),
    requests: { message: linkFormats(crypto)['message']! },
    signals: signalFormats(crypto),
    records: recordFormats(crypto),
    disk: diskFormats(),
  }
}
