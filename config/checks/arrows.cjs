/**
 * The arrows that never exist, for dependency-cruiser. Each rule has its name, its reason and its mend.
 * What no import shows (globals, process.env) is in config/checks/eslint.config.mjs under the same names.
 */
const companies = ['merchant', 'simulator/wechat', 'simulator/qq', 'device', 'console']

/** One rule for each company: it may reach its own folder and the shared wire, crypto and kit, nobody else's. */
const companiesMeetOverHttp = companies.map((company) => ({
  name: 'companies-meet-over-http',
  severity: 'error',
  comment: 'A company imports another one. In life they are other firms: call their address over HTTP.',
  from: { path: `^mock-server/${company}/` },
  to: { path: companies.filter((other) => other !== company).map((other) => `^mock-server/${other}/`) },
}))

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'src/domain decides and does nothing else: hand values in and take values out.',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', '^src/contract/'] },
    },
    {
      name: 'contract-is-neutral',
      severity: 'error',
      comment: 'src/contract is read by app and merchant: plain types and tables only.',
      from: { path: '^src/contract/' },
      to: { pathNot: '^src/contract/' },
    },
    {
      name: 'one-door-to-platform',
      severity: 'error',
      comment: 'Only src/wiring picks the platform: import src/platform/types and receive a Platform.',
      from: { path: '^src/', pathNot: ['^src/wiring\\.tsx?$', '^src/platform/'] },
      to: { path: '^src/platform/', pathNot: '^src/platform/types\\.ts$' },
    },
    {
      name: 'stores-take-deps',
      severity: 'error',
      comment: 'A store is a factory: take client, platform, clock and storage as arguments.',
      from: { path: '^src/stores/' },
      to: { path: ['node_modules/(@tarojs|react|react-dom)/', '^src/services/http', '^src/platform/index'] },
    },
    {
      name: 'pages-see-stores',
      severity: 'error',
      comment: 'Pages and components read stores and send events: reach services and platform through a store.',
      from: { path: ['^src/pages/', '^src/components/', '^src/packages/'] },
      to: { path: ['^src/services/', '^src/platform/'] },
    },
    {
      name: 'app-not-server',
      severity: 'error',
      comment: 'The app ships to phones: talk to the merchant over HTTP.',
      from: { path: '^src/' },
      to: { path: ['^mock-server/', '^tests/', '^config/'] },
    },
    {
      name: 'app-not-server',
      severity: 'error',
      comment: 'A server may read src/contract and nothing else of the app.',
      from: { path: '^mock-server/' },
      to: { path: '^src/', pathNot: '^src/contract/' },
    },
    ...companiesMeetOverHttp,
    {
      name: 'wire-knows-no-one',
      severity: 'error',
      comment: 'wire is the published protocol: it imports nothing of ours.',
      from: { path: '^mock-server/wire/' },
      to: { pathNot: ['^mock-server/wire/', 'node_modules'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'wire-knows-no-one',
      severity: 'error',
      comment: 'crypto knows no field names: text and keys in, text out.',
      from: { path: '^mock-server/crypto/' },
      to: { path: '^(mock-server|src)/', pathNot: '^mock-server/crypto/' },
    },
    {
      name: 'kit-knows-no-one',
      severity: 'error',
      comment: 'kit is what every server needs: it imports no company, wire or crypto.',
      from: { path: '^mock-server/kit/' },
      to: { path: '^(mock-server|src)/', pathNot: '^mock-server/kit/' },
    },
    {
      name: 'wire-stops-at-the-edge',
      severity: 'error',
      comment: 'Wire names die in merchant/gateway: map them to ours there.',
      from: { path: '^mock-server/merchant/(domain|routes|actions|store|jobs)/' },
      to: { path: '^mock-server/wire/' },
    },
    {
      name: 'wire-stops-at-the-edge',
      severity: 'error',
      comment: 'Error codes die in merchant/gateway: map them to an outcome of the port there.',
      from: { path: '^mock-server/merchant/(domain|actions|store|jobs)/' },
      to: { path: '^mock-server/merchant/gateway/errors\\.ts$' },
    },
    {
      name: 'merchant-domain-is-pure',
      severity: 'error',
      comment: 'The merchant decides in pure code: hand values in and take values out.',
      from: { path: '^mock-server/merchant/domain/' },
      to: { pathNot: ['^mock-server/merchant/domain/', '^src/contract/'] },
    },
    {
      name: 'simulator-domain-is-pure',
      severity: 'error',
      comment: 'The simulators decide in domain/: state and event in, state out. Desks, doors and stores carry out.',
      from: { path: '^mock-server/simulator/(wechat|qq)/domain/' },
      to: {
        pathNot: [
          '^mock-server/(wire|crypto)/',
          '^mock-server/kit/clock\\.ts$',
          '^mock-server/simulator/kit/',
          '^mock-server/simulator/(wechat|qq)/domain/',
          '^(node:)?crypto$',
        ],
      },
    },
    {
      name: 'doors-are-apart',
      severity: 'error',
      comment: 'V2 and V3 are two doors of one ledger: what both need lives in domain/.',
      from: { path: '^mock-server/simulator/wechat/(v2|v3)/' },
      to: { path: '^mock-server/simulator/wechat/(v2|v3)/', pathNot: '^mock-server/simulator/wechat/$1/' },
    },
    {
      name: 'doors-are-apart',
      severity: 'error',
      comment:
        'A door states the evidence (domain/evidence) and is handed an `examine`: only the composition knows the doctor.',
      from: {
        path: '^mock-server/simulator/(wechat|qq)/(v2|v3|payer|mini-program|delivery|desks|store|domain|faults|merchants|proxy)/',
      },
      to: { path: '^mock-server/simulator/(wechat|qq)/doctor/' },
    },
    {
      name: 'tests-use-the-door',
      severity: 'error',
      comment: 'These tests see what a user sees: use a create… handle or an address.',
      from: { path: '^tests/(simulator|conformance|witness|flows|chaos|upgrade)/' },
      to: {
        path: '^(mock-server|src)/',
        pathNot: [
          '^mock-server/(crypto|wire|kit)/',
          '^mock-server/simulator/(wechat|qq)/(create-(wechat|qq)-simulator|options|identity)\\.ts$',
          '^mock-server/simulator/kit/',
          // What the control API publishes, and what the shop's API promises, as data and types.
          '^mock-server/simulator/wechat/domain/fault-names\\.ts$',
          '^src/contract/',
          '^mock-server/(main|local/(installation|local-stack|browser-door))\\.ts$',
          '^mock-server/tls/',
          // A call of ctl without the process around it.
          '^mock-server/ctl/(find-env|servers|verbs)\\.ts$',
          '^mock-server/merchant/create-merchant\\.ts$',
        ],
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one idea or three: move the shared part out.',
      from: { path: '^(src|mock-server|tests|config)/' },
      to: { circular: true },
    },
    {
      name: 'no-strays',
      severity: 'error',
      comment: 'The import leads nowhere: correct the path, or add the package to package.json.',
      from: { path: '^(src|mock-server|tests|config)/' },
      to: { couldNotResolve: true, pathNot: '^node:' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.weapp.ts', '.qq.ts', '.h5.ts', '.d.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
}
