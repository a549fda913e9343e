import { AnvcsError } from '../contracts/errors.ts'
import type { GitConfig } from '../git/config.ts'

/** Where a branch goes at a remote. */
export interface PushDestination {
  /** Its full name there. */
  readonly ref: string
  /** May it overwrite commits there (`+` in a refspec)? */
  readonly isForced: boolean
}

/** A branch that is pushed. */
export interface PushedBranch {
  readonly remote: string
  /** Without `refs/heads/`. */
  readonly branch: string
  /** Did the user name it? Else it is the one that is checked out. */
  readonly isNamed: boolean
  readonly isCheckedOut: boolean
}

/**
 * Where `git push` would send a branch: by `remote.NAME.push`, else by `push.default` (git-config(1)). Throws USAGE where it would not send it, or
 * others with it, CONFIG_INVALID for a value that Git does not know.
 */
export function pushDestination(config: GitConfig, pushed: PushedBranch): PushDestination {
  const { remote, branch, isNamed } = pushed
  const refspecs = config.getAll(`remote.${remote}.push`)
  const same = { ref: `refs/heads/${branch}`, isForced: false }
  if (refspecs.length) {
    const found = byRefspecs(refspecs, pushed)
    if (found || isNamed) return found ?? same
    throw new AnvcsError('USAGE', {
      message: `remote.${remote}.push does not send ${branch}.`,
      hint: `Name the branch: \`ai-vcs push ${remote} ${branch}\`.`,
    })
  }
  const mode = config.get('push.default')?.toLowerCase() ?? 'simple'
  const merge = config.get(`branch.${branch}.merge`)
  const upstream = merge !== undefined && config.get(`branch.${branch}.remote`) === remote ? merge : undefined
  if (mode === 'upstream' || mode === 'tracking') {
    if (upstream !== undefined || isNamed) return { ...same, ref: upstream ?? same.ref }
    throw refused(`push.default is ${mode}, and ${branch} follows no branch of ${remote}.`, pushed)
  }
  if (!['simple', 'current', 'nothing', 'matching'].includes(mode))
    throw new AnvcsError('CONFIG_INVALID', {
      message: `push.default is ${mode}, which Git does not know.`,
      hint: 'Set it to one of simple, current, upstream, matching, nothing.',
    })
  if (isNamed || mode === 'current') return same
  if (mode === 'nothing') throw refused('push.default is nothing.', pushed)
  if (mode === 'matching')
    throw refused('push.default is matching: `git push` sends all branches that both have.', pushed)
  if (upstream === undefined || upstream === same.ref) return same
  throw refused(
    `${branch} follows ${upstream.replace('refs/heads/', '')} of ${remote}, which has another name.`,
    pushed,
  )
}

function refused(message: string, { remote, branch }: PushedBranch): AnvcsError {
  return new AnvcsError('USAGE', {
    message,
    hint: `Say where it goes: \`ai-vcs push ${remote} ${branch}\`, or set push.default (git-config(1)).`,
  })
}

/** The first of the refspecs that sends the branch; one with `^` takes it out. */
function byRefspecs(refspecs: readonly string[], pushed: PushedBranch): PushDestination | undefined {
  const { branch, isCheckedOut } = pushed
  const name = `refs/heads/${branch}`
  const parsed = refspecs.map((text) => /^([+^]?)([^:]*)(:?)(.*)$/s.exec(text)!)
  const matches = (source: string) => {
    if (source === 'HEAD' || source === '@') return isCheckedOut ? '' : undefined
    const [before, after] = source.split('*') as [string, string?]
    if (after === undefined) return source === name || source === branch ? '' : undefined
    const isInside = name.startsWith(before) && name.endsWith(after) && name.length >= before.length + after.length
    return isInside ? name.slice(before.length, name.length - after.length) : undefined
  }
  if (parsed.some(([, sign, source]) => sign === '^' && matches(source!) !== undefined)) return undefined
  for (const [, sign, source, colon, target] of parsed) {
    const isMatching = source === '' && colon !== '' && target === ''
    const inside = isMatching ? '' : matches(source!)
    if (sign === '^' || (source === '' && !isMatching) || inside === undefined) continue
    const there = target === '' ? name : target!.replace('*', () => inside)
    return { ref: there.startsWith('refs/') ? there : `refs/heads/${there}`, isForced: sign === '+' }
  }
  return undefined
}
