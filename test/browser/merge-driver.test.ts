import assert from 'node:assert/strict'
import { build } from 'esbuild'
import { chromium, type Browser, type Page } from 'playwright-core'
import { ownMergeCases } from '../../bench/merge-case-files.ts'
import { servePage } from '../../examples/browser/serve.ts'
import { mergeText } from '../../src/merge-on-node.ts'
import { findProgram, needsProgram } from '../support/needs.ts'
import { projectRoot } from '../support/project.ts'

const pageScript = `
  import { fetchedGrammars, browserPlatform } from './dist/src/browser/index.js'
  import { createMergeDriver } from './dist/src/merge/merge-driver.js'
  const grammars = fetchedGrammars(new URL('grammars/', location.href))
  const driver = createMergeDriver({ grammars, crypto: browserPlatform.crypto })
  window.merge = async (input) => {
    while (driver.merge(input).status === 'unready') await driver.prepare()
    const { status, text } = driver.merge(input)
    return status + ' ' + text
  }`

describe('the merge driver of rooms in a page', function () {
  this.timeout(120_000)
  let site: Awaited<ReturnType<typeof servePage>>
  let browser: Browser
  let page: Page

  before(needsProgram('chromium'))

  before(async () => {
    const { outputFiles } = await build({
      stdin: { contents: pageScript, resolveDir: projectRoot },
      bundle: true,
      format: 'esm',
      write: false,
    })
    site = await servePage()
    browser = await chromium.launch({ executablePath: findProgram('chromium')!, args: ['--no-sandbox'] })
    page = await browser.newPage()
    page.on('pageerror', (error) => assert.fail(error))
    await page.goto(site.url)
    await page.addScriptTag({ content: outputFiles[0]!.text, type: 'module' })
    await page.waitForFunction('window.merge')
  })

  after(async () => {
    await browser?.close()
    await site?.close()
  })

  it('gives the bytes that Node gives', async () => {
    // Another order than Node's: what was merged before is of no account.
    for (const { id, path, base, left, right } of ownMergeCases().toReversed()) {
      const input = { path, base, left, right }
      const { status, text } = await mergeText(input)
      assert.equal(await page.evaluate(`merge(${JSON.stringify(input)})`), `${status} ${text}`, id)
    }
  })
})
