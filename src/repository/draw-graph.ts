import type { ObjectId } from '../contracts/ids.ts'
import { parseFilters } from './commit-filter.ts'
import type { CommitView } from './commit-view.ts'
import { CommitViews } from './commit-views.ts'
import { walkArguments } from './list-commits.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { graphDirectly, type DrawnLine, type GraphOptions } from './graph-directly.ts'
import { gitText } from './run-git.ts'
import { refNames } from './walk-directly.ts'
import type { Workspace } from './workspace.ts'

/** One line of a drawing: lines of descent, and the commit that stands on it, if one does. */
export interface GraphLine {
  readonly drawing: string
  readonly commit: CommitView | undefined
}

/** No screen is longer, and no walk without an end. */
const defaultLimit = 1000

/** The graph of commits as git draws it. Commits that the filters leave out lose their line; the lines of descent go on. */
export async function drawGraph(
  workspace: Workspace,
  { limit = defaultLimit, ...options }: GraphOptions,
): Promise<readonly GraphLine[]> {
  const { git } = workspace
  const { filters = [], all = false, signal } = options
  const isWanted = parseFilters(filters)
  const { program, args: walk } = await walkArguments(workspace, options)
  const refs = all ? ['--branches', '--remotes', '--tags'] : []
  const format = ['--no-show-signature', '--color=never', '--format=%x00%H%x00%D', '--decorate=short']
  const args = ['log', '--graph', ...format, ...refs, ...walk]
  const text = await gitText(program, args, { signal }).catch(unlessMissing)
  const drawn = text === undefined ? await drawnHere(workspace, options) : parseDrawing(text)
  const views = await CommitViews.open(git)
  const lines: GraphLine[] = []
  let shown = 0
  for (const { drawing, commit, refs } of drawn) {
    if (!commit) {
      lines.push({ drawing, commit: undefined })
      continue
    }
    if (shown === limit) break
    const view = views.read(commit, refs)
    if (!isWanted(view)) continue
    shown++
    lines.push({ drawing, commit: view })
  }
  await views.close()
  return withoutLooseEnds(lines)
}

interface NamedLine extends DrawnLine {
  /** Names of refs that point at the commit. */
  readonly refs: readonly string[]
}

function* parseDrawing(text: string): Generator<NamedLine> {
  for (const line of text.split('\n')) {
    const [drawing, commit, names = ''] = line.split('\0')
    if (!drawing?.trim()) continue
    const refs = names.split(', ').filter(Boolean)
    yield { drawing: drawing.trimEnd(), commit: commit ? (commit as ObjectId) : undefined, refs }
  }
}

async function drawnHere(workspace: Workspace, options: GraphOptions): Promise<readonly NamedLine[]> {
  const namesOf = refNames(workspace)
  const lines = await graphDirectly(workspace, options)
  return Array.from(lines, (line) => ({ ...line, refs: line.commit ? namesOf(line.commit) : [] }))
}

/** Lines of descent below the last commit lead nowhere. */
function withoutLooseEnds(lines: readonly GraphLine[]): readonly GraphLine[] {
  const last = lines.findLastIndex(({ commit }) => commit)
  return lines.slice(0, last + 1)
}
