import type { DemoReport } from './demo-report.ts'

/** Operations that each peer has to have made without knowing another's, in the place where all typed at once. */
export const minConcurrent = 30

/** Everything that is not as it has to be, in words. `isFaultless` is what `judge.sh` says of the clones. */
export function faultsOf(report: Omit<DemoReport, 'ok' | 'faults'>, isFaultless: boolean): readonly string[] {
  const { words, together, partition, commits, rejoin, voided, clones } = report
  const faults: string[] = []
  const check = (isRight: boolean, fault: string): void => void (isRight || faults.push(fault))
  const [first] = clones
  for (const clone of clones) {
    const { name, head, tree, typed, lost, doubled, lostWords, doubledWords, uncommitted, isSound, withoutNote } = clone
    check(typed === words.typed, `${name}: ${typed} words were looked for, ${words.typed} were typed`)
    check(lost === 0, `${name}: ${lost} words are lost: ${lostWords.join(' ')}`)
    check(doubled === 0, `${name}: ${doubled} words are doubled: ${doubledWords.join(' ')}`)
    check(head === first!.head, `${name}: HEAD is ${head}, at ${first!.name} it is ${first!.head}`)
    check(tree === first!.tree, `${name}: the tree is ${tree}, at ${first!.name} it is ${first!.tree}`)
    check(uncommitted === 0, `${name}: ${uncommitted} files are not committed`)
    check(isSound, `${name}: git fsck --strict finds faults`)
    check(withoutNote.length === 0, `${name}: without note: ${withoutNote.join(' ')}`)
  }
  for (const { name, concurrent, operations } of together.peers)
    check(
      concurrent >= minConcurrent,
      `${name}: only ${concurrent} of ${operations} operations were concurrent with another's`,
    )
  check(together.peers.length === clones.length, 'not all peers typed into the function')
  const { bytesIn, bytesOut, socketsMeanwhile } = partition
  check(
    bytesIn === 0 && bytesOut === 0,
    `${bytesOut} bytes left and ${bytesIn} bytes reached ${partition.peer} while it was cut off`,
  )
  check(!socketsMeanwhile, `${partition.peer} held ${socketsMeanwhile} sockets while it was cut off`)
  check(rejoin.merges > 0, 'no heads were merged')
  check(
    commits.attested === commits.merges,
    `${commits.merges - commits.attested} merges have no signature in their note`,
  )
  const good = commits.good + commits.unchecked
  check(good === commits.members, `${commits.members - good} commits are unsigned or lack their record`)
  check(voided === 0, `${voided} entries count for nothing`)
  check(isFaultless || faults.length > 0, 'judge.sh finds a fault')
  return faults
}
