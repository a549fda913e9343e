import type { RoomId } from '../contracts/ids.ts'
import type { MemberSigner } from '../contracts/signer.ts'
import type { Anchor } from '../history/anchor.ts'
import { attestationLine, attestedMessage } from '../provenance/attestation.ts'
import { toHex } from '../lib/bytes.ts'

/** The line by which a member vouches in a commit's note for an automatic merge that it has recomputed. */
export async function attestationOf(signer: MemberSigner, room: RoomId, merge: Anchor): Promise<string> {
  const signature = await signer.sign('anvcs', attestedMessage(room, merge.commit))
  return attestationLine({ commit_id: merge.commit, room, member: toHex(signer.publicKey), signature })
}
