import { parseArgs } from 'node:util'
import { mergeText } from '../src/merge-on-node.ts'
import { mergeDrivers } from '../test/support/merge-fuzz/merge-drivers.ts'
import { runDriver, showTriple } from '../test/support/merge-fuzz/run-driver.ts'

/** Generated merges of each kind of file. Fails where one breaks a property. */
const usage = `npm run fuzz -- [--drivers NAME,NAME] [--triples N] [--seed N] [--others]

  --drivers  kinds of files, all without it: ${Object.keys(mergeDrivers).join(', ')}
  --triples  of each kind, 1000 without it
  --seed     a number, 1 without it: the same one makes the same triples
  --others   shows the clean ones that are not what both sides' edits make together
`
const { values } = parseArgs({
  options: {
    drivers: { type: 'string' },
    triples: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    others: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit()
}
const names = values.drivers?.split(',') ?? Object.keys(mergeDrivers)
const shown = 5

for (const name of names) {
  const open = mergeDrivers[name]
  if (!open) throw new Error(`there is no driver ${name}; there are ${Object.keys(mergeDrivers).join(', ')}`)
  const begin = process.cpuUsage()
  const tally = await runDriver(await open(), mergeText, { triples: Number(values.triples), seed: Number(values.seed) })
  const { user, system } = process.cpuUsage(begin)
  const { clean, conflict, failures, others, composed } = tally
  const cpu = ((user + system) / 1000 / Number(values.triples)).toFixed(2)
  console.log(
    `${name}: ${failures.length} failed; ${clean} clean, ${conflict} conflicts; ${others.length} of ${composed} other than both edits; ${cpu} ms of CPU each`,
  )
  for (const failure of failures.slice(0, shown)) console.log(showTriple(failure))
  if (values.others) for (const other of others.slice(0, shown)) console.log(showTriple(other))
  if (failures.length > 0) process.exitCode = 1
}
