import { symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { apiV3Key, database, far, one, same, served, servedWith, type Group, type Making } from './spoil'

/** Mistakes about the books and the folder that browsers see. */

const ofStore: Group[] = [
  [
    'DATABASE_URL',
    'grave',
    [
      ['two stores', { DATABASE_URL: 'postgres://127.0.0.1/shop' }, 'found both'],
      ['a database that takes any certificate', far('?sslmode=no-verify'), 'nobody verifies'],
      ['sslmode as libpq has it', far('?uselibpqcompat=true&sslmode=require'), 'nobody verifies'],
      ['sslmode twice', far('?sslmode=verify-full&sslmode=disable'), 'unencrypted'],
      ['no sslmode over the internet', far(''), 'unencrypted'],
      ['a host in the parameters', database('u:p@localhost/shop?host=db.camellia.cn'), 'db.camellia.cn'],
      ['a host that begins like loopback', database('u:p@127.0.0.1.camellia.cn/shop'), 'unencrypted'],
      ['loopback, as a number that only some systems read', database('u:p@2130706433/shop'), 'unencrypted'],
      ['loopback with a part left out', database('u:p@127.1/shop'), 'unencrypted'],
      ['an authority file that is not there', far('?sslmode=verify-ca&sslrootcert=/no/ca'), 'ENOENT'],
      ['verify-ca without an authority', far('?uselibpqcompat=true&sslmode=verify-ca'), 'driver cannot use'],
      ['# in a password', database('shop:pass#word@db/shop'), 'write # as %23'],
      ['/ in a password', database('shop:pass/word@db/shop'), '/ as %2F'],
      ['/ after digits in a password', database('shop:12/34@db/shop'), '/ as %2F'],
      ['# in a password, as a file of settings reads it', database('shop:12'), 'write it as %23'],
      ['? in a password', database('shop:12?34@db/shop'), '? as %3F'],
      ['@ and / in a password', database('shop:a@b/c@db/shop'), '/ as %2F'],
      ['a password that is no UTF-8', database('shop:%ff@db/shop'), 'driver cannot use'],
      ['a port that is none', database('shop:word@db:99999/shop'), 'driver cannot use'],
      ['its password for a key', { ...apiV3Key(same), ...database(`u:${same}@127.0.0.1/shop`) }, 'same as APIV3_KEY'],
    ],
  ],
  [
    'DATABASE_URL',
    'warning',
    [
      ['sslmode that will mean less', far('?sslmode=require'), 'next version'],
      ['no sslmode in a network of one’s own', database('u:p@10.0.0.7/shop'), 'unencrypted'],
    ],
  ],
  [
    'DATA_FILE',
    'grave',
    [
      ['a database in a temporary folder', { DATA_FILE: path.join(tmpdir(), 'shop.db') }, 'lost with the next restart'],
      ['a database in memory', { DATA_FILE: ':memory:' }, 'a file that keeps the orders'],
      ['a database in memory, as an address', { DATA_FILE: 'file::memory:?cache=shared' }, 'a file that keeps'],
      ['a database that is a folder', (shop) => ({ DATA_FILE: shop.folder }), 'is a folder'],
      [
        'a database that browsers can load',
        servedWith((root) => ({ DATA_FILE: path.join(root, 'orders') })),
        'lies in STATIC_ROOT',
      ],
    ],
  ],
]

if (process.platform !== 'win32') {
  const open: Making = (shop) => ({ DATA_FILE: shop.file('open.db', '', 0o644) })
  ofStore.push(one('DATA_FILE', 'warning', 'a database that others read', open, 'others can read'))
}

const ofPages: readonly Group[] = [
  [
    'STATIC_ROOT',
    'grave',
    [
      ['pages that are not there', { STATIC_ROOT: '/no/such/folder' }, 'has no index.html'],
      ['a mini program for pages', served('app.json', 'app.js'), 'is a mini program'],
      ['a build with source maps', served('index.html', 'js/app.js', 'js/app.js.map'), 'a build for development'],
      [
        'a build that calls this machine',
        servedWith((_root, file) => ({ BUILT: file('app.js', 'fetch("http://127.0.0.1:4003/")') })),
        'calls this machine',
      ],
      ['pages beside keys', served('index.html', 'cert/apiclient_key.pem'), 'cert/apiclient_key.pem'],
      ['pages beside settings', served('index.html', '.env'), 'ask for .env'],
      [
        'pages where a secret of any name lies',
        servedWith((_root, file) => ({ QQ_APPID: '1108000000', QQ_SECRET_FILE: file('qq', 'secret-of-qq') })),
        'ask for qq',
      ],
      [
        'pages with a link that leads out',
        servedWith((root) => {
          symlinkSync(path.dirname(root), path.join(root, 'all'))
          return {}
        }),
        'ask for all',
      ],
    ],
  ],
]

export const inFiles: readonly Group[] = [...ofStore, ...ofPages]
