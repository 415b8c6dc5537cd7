import { writeMarked } from './marked'
import { tables } from './tables'

/** Part of `npm run fix`: puts every table that is made from code where the documents have its place. */
for (const table of tables) writeMarked(table, table.text)
