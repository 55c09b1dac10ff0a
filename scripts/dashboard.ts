// Writes chart/files/dashboard.json from what stands here. `node scripts/dashboard.ts`; a test holds it current.
import { writeFileSync } from 'node:fs'
import { ANSWERING, FAST, GLANCE, OUTCOMES } from './dashboard/answers.ts'
import { FRESH, RESOURCES, SERVED } from './dashboard/clusters.ts'
import { type Dashboard, grafanaText } from './dashboard/grafana.ts'

export const DASHBOARD_FILE = new URL('../chart/files/dashboard.json', import.meta.url)

export const DASHBOARD: Dashboard = {
  uid: 'meridian',
  title: 'Meridian',
  description: 'Which zone, type and outcome; which cluster answers; how fresh; how fast.',
  tags: ['dns', 'kubernetes', 'multicluster'],
  variables: [
    { name: 'namespace', query: 'label_values(meridian_ready, namespace)' },
    { name: 'job', query: 'label_values(meridian_ready{namespace=~"$namespace"}, job)' },
    {
      name: 'instance',
      query: 'label_values(meridian_ready{namespace=~"$namespace", job=~"$job"}, instance)',
    },
  ],
  annotations: [
    {
      name: 'Alerts',
      expression: 'ALERTS{alertname=~"Meridian.+", alertstate="firing", namespace=~"$namespace|"}',
      text: '{{alertname}} {{member}}',
    },
  ],
  rows: [GLANCE, OUTCOMES, ANSWERING, FRESH, FAST, SERVED, RESOURCES],
}

if (import.meta.main) writeFileSync(DASHBOARD_FILE, grafanaText(DASHBOARD))
