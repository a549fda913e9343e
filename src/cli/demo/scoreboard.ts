import { join } from 'node:path'
import type { DemoReport } from './demo-report.ts'

/** The report for people. */
export function scoreboard(report: DemoReport): string {
  const { repository, words, together, partition, rejoin, commits, bytes, clones, members, faults, kept } = report
  const place = together.function === null ? together.path : `${together.function}() in ${together.path}`
  const peers = together.peers
    .map(({ name, concurrent, operations }) => `${name} ${concurrent} of ${operations}`)
    .join(', ')
  const sockets =
    partition.socketsMeanwhile === null
      ? 'not told by this system'
      : `${partition.socketsMeanwhile}, ${partition.socketsBefore} before`
  const verified = commits.unchecked
    ? `not checked: git needs ssh-keygen for that, and it is not installed`
    : `${commits.good} of ${commits.members} signed (git verify-commit) and with their record`
  const rows: readonly (readonly [string, string])[] = [
    ['repository', `${repository.path}, ${repository.commits} commits, ${repository.files} files`],
    ['seed', String(report.seed)],
    ['words typed', `${words.typed} (${members.map(({ name, words: count }) => `${name} ${count}`).join(', ')})`],
    ['lost', String(words.lost)],
    ['doubled', String(words.doubled)],
    ['typed at once', `${place}; operations concurrent with another's: ${peers}`],
    [
      'cut off',
      `${partition.peer}, ${seconds(partition.ms)}: ${partition.bytesOut} bytes out, ${partition.bytesIn} in; ${partition.refused} attempts refused`,
    ],
    ['its sockets', sockets],
    ['back again', `all alike after ${seconds(rejoin.ms)}`],
    ['commits', verified],
    ['merges', `${commits.merges} automatic, ${commits.attested} with signatures of members in the note`],
    ...clones.map((clone): readonly [string, string] => [
      `tree of ${clone.name}`,
      `${clone.tree} (fsck ${clone.isSound ? 'ok' : 'FAILED'}, ${clone.uncommitted} uncommitted)`,
    ]),
    ['through a server', `${bytes.server} bytes, all of them sealed signaling; ${bytes.links} bytes from peer to peer`],
    ['time', `${report.seconds} s`],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
  if (kept !== null)
    lines.push(
      '',
      ...lookAt(
        kept,
        repository.base,
        clones.map(({ name }) => name),
      ),
    )
  lines.push(
    '',
    ...(faults.length
      ? faults.map((fault) => `FAULT: ${fault}`)
      : ['Nothing is lost, nothing is doubled, all are alike.']),
  )
  return `${lines.join('\n')}\n`
}

function lookAt(folder: string, base: string, names: readonly string[]): readonly string[] {
  return [
    'Look for yourself:',
    `  cd ${folder}`,
    `  sh judge.sh words.txt allowed_signers ${base.slice(0, 12)} ${names.join(' ')}`,
    `  git -C ${join(names[0]!)} log --graph --show-notes ${base.slice(0, 12)}..`,
  ]
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
