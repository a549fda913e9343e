import type { ObjectId } from '../contracts/ids.ts'
import { parseFilters } from './commit-filter.ts'
import type { CommitView } from './commit-view.ts'
import { CommitViews } from './commit-views.ts'
import { walkArguments, type ListOptions } from './list-commits.ts'
import { gitText } from './run-git.ts'
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
  { limit = defaultLimit, ...options }: ListOptions & { readonly all?: boolean },
): Promise<readonly GraphLine[]> {
  const { git } = workspace
  const { filters = [], all = false, signal } = options
  const isWanted = parseFilters(filters)
  const { program, args: walk } = await walkArguments(workspace, options)
  const refs = all ? ['--branches', '--remotes', '--tags'] : []
  const format = ['--no-show-signature', '--color=never', '--format=%x00%H%x00%D', '--decorate=short']
  const args = ['log', '--graph', ...format, ...refs, ...walk]
  const views = await CommitViews.open(git)
  const lines: GraphLine[] = []
  let shown = 0
  for (const line of (await gitText(program, args, { signal })).split('\n')) {
    const [drawing, commit, names = ''] = line.split('\0')
    if (!drawing?.trim()) continue
    if (!commit) {
      lines.push({ drawing: drawing.trimEnd(), commit: undefined })
      continue
    }
    if (shown === limit) break
    const view = views.read(commit as ObjectId, names.split(', ').filter(Boolean))
    if (!isWanted(view)) continue
    shown++
    lines.push({ drawing: drawing.trimEnd(), commit: view })
  }
  await views.close()
  return withoutLooseEnds(lines)
}

/** Lines of descent below the last commit lead nowhere. */
function withoutLooseEnds(lines: readonly GraphLine[]): readonly GraphLine[] {
  const last = lines.findLastIndex(({ commit }) => commit)
  return lines.slice(0, last + 1)
}
