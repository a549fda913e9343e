import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { gitlinkMode, parseTree } from './tree.ts'

const headers = new TextDecoder('latin1')

/**
 * Ids of the objects that an object names, a commit's tree first, submodules left out; undefined for what is malformed.
 * `idLength` is 20 or 32 bytes.
 */
export function linkedIds({ type, content }: GitObject, idLength: number): readonly ObjectId[] | undefined {
  if (type === 'blob') return []
  if (type === 'tree')
    return parseTree(content, idLength)
      ?.filter(({ mode }) => mode !== gitlinkMode)
      .map(({ id }) => id)
  return idsOfHeader(content, type === 'commit' ? 'tree' : 'object', idLength)
}

/** Lines `tree ID`, `parent ID` or `object ID` at the head of a commit or tag. */
function idsOfHeader(content: Uint8Array, first: string, idLength: number): readonly ObjectId[] | undefined {
  const ids: ObjectId[] = []
  for (let at = 0; ;) {
    const feed = content.indexOf(0x0a, at)
    const line = headers.decode(content.subarray(at, feed < 0 ? content.length : feed))
    const match = /^(tree|parent|object) ([0-9a-f]+)$/.exec(line)
    if (!match || match[1] !== (ids.length ? 'parent' : first) || match[2]!.length !== 2 * idLength) break
    ids.push(match[2] as ObjectId)
    at = feed + 1
    if (feed < 0) break
  }
  return ids.length ? ids : undefined
}
