import type { ObjectId } from '../contracts/ids.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { shallowCommits } from '../git/shallow-commits.ts'
import type { ListOptions } from './list-commits.ts'
import { commitOf } from './revisions-directly.ts'
import { walkDirectly } from './walk-directly.ts'
import type { Workspace } from './workspace.ts'

export interface GraphOptions extends ListOptions {
  /** All branches, remote branches and tags, too. */
  readonly all?: boolean
}

/** A commit with those of its parents that are drawn. */
export interface DrawnCommit {
  readonly commit: ObjectId
  readonly parents: readonly ObjectId[]
}

export interface DrawnLine {
  readonly drawing: string
  /** The commit that stands on it, if one does. */
  readonly commit: ObjectId | undefined
}

/** The lines of `git log --graph`, without git: the same commits in the same order; a line that crosses others may take another way. */
export async function graphDirectly(
  workspace: Workspace,
  { all = false, ...options }: GraphOptions,
): Promise<Iterable<DrawnLine>> {
  const { git } = workspace
  const { revisions = [] } = options
  const named = ['refs/heads/', 'refs/remotes/', 'refs/tags/'].flatMap((prefix) => (all ? git.refs.list(prefix) : []))
  const tips = named.flatMap(({ id }) => commitOf(git, id) ?? [])
  const walked = [...(await walkDirectly(workspace, { ...options, revisions: [...revisions, ...tips] }))]
  const listed = new Set(walked)
  const shallow = shallowCommits(git.commonDir)
  const commits = walked.map((commit) => {
    const parents = shallow.has(commit) ? [] : readStoredCommit(git.objects, commit).parents
    return { commit, parents: [...new Set(parents)].filter((parent) => listed.has(parent)) }
  })
  return drawCommits(byDescent(commits))
}

/** No commit before all of its children, and one line of history at a time (git-log(1), `--topo-order`). */
export function byDescent(commits: readonly DrawnCommit[]): readonly DrawnCommit[] {
  const byId = new Map(commits.map((drawn) => [drawn.commit, drawn]))
  const children = new Map<ObjectId, number>()
  for (const { parents } of commits) for (const parent of parents) children.set(parent, (children.get(parent) ?? 0) + 1)
  const open = commits.filter(({ commit }) => !children.has(commit)).reverse()
  const sorted: DrawnCommit[] = []
  for (let next = open.pop(); next; next = open.pop()) {
    sorted.push(next)
    for (const parent of next.parents) {
      const left = children.get(parent)! - 1
      children.set(parent, left)
      if (!left) open.push(byId.get(parent)!)
    }
  }
  return sorted
}

/** Draws commits from the top: one column for each line of descent that goes on. */
export function* drawCommits(commits: Iterable<DrawnCommit>): Generator<DrawnLine> {
  /** The commit that each column leads to. */
  let columns: ObjectId[] = []
  const line = (marks: ReadonlyMap<number, string>): DrawnLine => {
    const width = Math.max(...marks.keys()) + 1
    return { drawing: Array.from({ length: width }, (_, at) => marks.get(at) ?? ' ').join(''), commit: undefined }
  }
  for (const { commit, parents } of commits) {
    if (!columns.includes(commit)) columns.push(commit)
    const at = columns.indexOf(commit)
    const marks = columns.map((_, column): [number, string] => [2 * column, column === at ? '*' : '|'])
    yield { ...line(new Map(marks)), commit }
    // Each further parent gets a column of its own beside the one before it.
    for (let added = 1; added < parents.length; added++) {
      const split = at + added - 1
      const stay = Array.from({ length: split + 1 }, (_, column): [number, string] => [2 * column, '|'])
      const moved = columns.slice(at + 1).map((_, right): [number, string] => [2 * (split + 1 + right) + 1, '\\'])
      yield line(new Map([...stay, [2 * split + 1, '\\'], ...moved]))
    }
    columns = [...columns.slice(0, at), ...parents, ...columns.slice(at + 1)]
    const closed = parents.length ? [] : [at]
    yield* closeGaps(columns, closed).map((marks) => line(marks))
    columns = [...new Set(columns)]
  }
}

/** Columns that lead to the same commit become one, and those to the right of a gap come nearer: one step to the left a line. */
function closeGaps(columns: readonly ObjectId[], gaps: readonly number[]): readonly ReadonlyMap<number, string>[] {
  const targets = [...new Set(columns)]
  const moving = columns.map((commit, column) => ({
    at: column + gaps.filter((gap) => gap <= column).length,
    to: targets.indexOf(commit),
  }))
  const lines: Map<number, string>[] = []
  while (moving.some(({ at, to }) => at > to)) {
    const marks = new Map<number, string>()
    for (const edge of moving) {
      if (edge.at > edge.to) marks.set(2 * edge.at-- - 1, '/')
      else marks.set(2 * edge.at, '|')
    }
    lines.push(marks)
  }
  return lines
}
