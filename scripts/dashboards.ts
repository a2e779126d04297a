import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { boards } from '../infra/grafana/src/boards.ts';

/** `npm run dashboards`: writes the dashboards as Grafana reads them. */
for (const { file, dashboard } of boards()) {
  const path = fileURLToPath(new URL(`../infra/grafana/dashboards/${file}`, import.meta.url));
  writeFileSync(path, `${JSON.stringify(dashboard, null, 2)}\n`);
  console.log(`infra/grafana/dashboards/${file}`);
}
