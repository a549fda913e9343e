import type { ProposalRequest } from '../../contracts/merge-proposer.ts'
import { toHex, utf8 } from '../../lib/bytes.ts'
import { nodeCrypto } from '../../node/crypto.ts'
import { canonicalJson, type JsonObject } from '../../provenance/canonical-json.ts'

/** SHA-256 of the canonical JSON (RFC 8785) of a request, in hexadecimal: which prompt led to a proposal. */
export function requestDigest(request: ProposalRequest): string {
  return toHex(nodeCrypto.sha256(utf8(canonicalJson(request as unknown as JsonObject))))
}
