// Who may import whom (docs/architecture.md). Each rule's comment is what a person reads when it bites.

/** Everything that belongs to the project, as opposed to npm packages and Node's own modules. */
const project = '^(app|components|lib|server|deploy|scripts|tests)/'
/** What every room of lib but the sealed ones may stand on: settings, the length of a day, log, what a process has once, the error of the site's API, counting tokens. */
const ground = '^lib/(config|day|log|process-slot|site-error|tokens/count-tokens)\\.ts$'
/** Types and schemas of lib that a browser may have. Never queries. */
const contracts =
  '^lib/(chat/(citations|contract|conversation-settings|erasure-receipt|folder-contract|hosted-tools|model-facts|parts|files/file-kinds|preferences|prompts|message-tree|queue-contract|temporary-contract|importing/import-events|sharing/share-(contract|lifetimes))|accounts/(contract|people-contract|quotas/(quota|redeem-contract))|legal/(acceptance-code|acceptance-contract|moderation-contract|report-contract|report-reasons|filings))\\.ts$'
/** Inside node_modules, whatever the version or nesting. */
const packages = (...names) => `node_modules/(${names.join('|')})/`

/** Of the project's own modules, `from` may import those in `allowed` and nothing else. Packages are not limited. */
const roomOnly = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: project, pathNot: [from, ...allowed] },
})

/** `from` may import what is in `allowed` and nothing else at all. */
const sealed = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: [from, ...allowed] },
})

const forbid = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    sealed(
      'gateway-is-sealed',
      '^lib/gateway/',
      [packages('zod')],
      'lib/gateway imports itself and zod only.',
    ),
    sealed('i18n-is-sealed', '^lib/i18n/', [], 'lib/i18n imports nothing.'),
    sealed(
      'db-is-a-leaf',
      '^lib/db/',
      [packages('kysely', 'pg', '@types/pg'), '^(node:)?[a-z_/]+$', '^lib/(config|process-slot)\\.ts$'],
      'lib/db imports kysely, its drivers, the settings, what a process has once and Node only.',
    ),
    sealed(
      'tokens-are-counted-alone',
      '^lib/tokens/',
      [packages('gpt-tokenizer'), '^(node:)?[a-z_/]+$'],
      'lib/tokens imports the tokenizer and Node only.',
    ),
    roomOnly(
      'secrets-know-settings-and-database',
      '^lib/secrets/',
      ['^lib/db/', '^lib/config\\.ts$'],
      'lib/secrets imports the settings and lib/db.',
    ),
    roomOnly(
      'accounts-know-the-database-only',
      '^lib/accounts/',
      ['^lib/db/', '^lib/(current-)?visitor\\.ts$', ground],
      'lib/accounts imports lib/db, the settings and who the visitor is.',
    ),
    roomOnly(
      'chat-reaches-the-gateway-by-http',
      '^lib/chat/',
      ['^lib/db/', ground],
      'lib/chat imports lib/db and the settings; the gateway only over HTTP.',
    ),
    roomOnly(
      'lib-stands-alone',
      '^lib/',
      ['^lib/'],
      'lib never imports components, app, server, scripts or tests.',
    ),
    roomOnly(
      'components-know-contracts-only',
      '^components/',
      ['^lib/i18n/', contracts],
      'components import components, lib/i18n and contracts of lib.',
    ),
    forbid(
      'components-run-in-browsers',
      { path: '^components/' },
      { dependencyTypes: ['core'] },
      'components do not import modules of Node.',
    ),
    roomOnly(
      'app-uses-components-and-lib',
      '^app/',
      ['^components/', '^lib/'],
      'app imports components and lib.',
    ),
    roomOnly('server-uses-lib', '^server/', ['^lib/'], 'server imports lib, and Next as a guest.'),
    roomOnly(
      'deploy-carries-the-gateway',
      '^deploy/',
      ['^lib/gateway/', '^lib/(config|gateway-config)\\.ts$'],
      'deploy imports lib/gateway and the settings.',
    ),
    forbid('nothing-imports-app', { pathNot: '^app/' }, { path: '^app/' }, 'Nothing imports app.'),
    forbid(
      'product-without-tests',
      { path: '^(app|components|lib|server|deploy)/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
      'What runs in production imports no development dependency.',
    ),
    forbid(
      'no-circles',
      {},
      { circular: true },
      'No circles, not even of types: what two files share stands in a third.',
    ),
    forbid(
      'no-barrels-no-drawers',
      {},
      { path: '(^|/)(index|utils?|helpers?|misc|types|common)\\.[mc]?[jt]sx?$', pathNot: 'node_modules/' },
      'No barrels, and no utils, helpers, misc or types files.',
    ),
    forbid(
      'everything-resolves',
      {},
      // The Worker's runtime brings a module of its own.
      { couldNotResolve: true, pathNot: '\\.css$|^cloudflare:' },
      'An import must lead somewhere.',
    ),
  ],
  options: {
    // Its TypeScript support stops below TypeScript 7; swc reads the same files, type imports included.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|next-env\\.d\\.ts)' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
