import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { toHex } from '../lib/bytes.ts'

const gitlinkMode = '160000'

/** Ids of the objects that a SHA-1 object names, submodules left out; undefined for what is malformed. */
export function linkedIds({ type, content }: GitObject): readonly ObjectId[] | undefined {
  if (type === 'blob') return []
  return type === 'tree' ? idsOfTree(content) : idsOfHeader(content, type === 'commit' ? 'tree' : 'object')
}

/** Lines `tree ID`, `parent ID` or `object ID` at the head of a commit or tag. */
function idsOfHeader(content: Uint8Array, first: string): readonly ObjectId[] | undefined {
  const header = Buffer.from(content).toString('latin1').split('\n\n', 1)[0]!
  const ids: ObjectId[] = []
  for (const line of header.split('\n')) {
    const match = /^(tree|parent|object) ([0-9a-f]{40})$/.exec(line)
    if (!match || match[1] !== (ids.length ? 'parent' : first)) break
    ids.push(match[2] as ObjectId)
  }
  return ids.length ? ids : undefined
}

/** Entries `MODE NAME NUL ID`. */
function idsOfTree(content: Uint8Array): readonly ObjectId[] | undefined {
  const ids: ObjectId[] = []
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at)
    const end = content.indexOf(0, space)
    if (space < 0 || end < 0 || end + 21 > content.length) return undefined
    const mode = Buffer.from(content.subarray(at, space)).toString('latin1')
    if (mode !== gitlinkMode) ids.push(toHex(content.subarray(end + 1, end + 21)) as ObjectId)
    at = end + 21
  }
  return ids
}
