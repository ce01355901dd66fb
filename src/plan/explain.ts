/** Says why a request matched nothing, in the words of the person who deployed the API. Only for the log: the client reads AWS's 403. */
import type { Plan } from './plan.ts';

/** Enough routes to recognise one's API by; the rest is a number. */
const shownRoutes = 12;
/** Longer paths are compared by their beginning: the answer is a hint, and a client must not be able to make it expensive. */
const comparedLength = 80;
/** Characters compared with characters before the search for a neighbour gives up, some 50 µs. */
const comparisonBudget = 20_000;

/** `GET /pet not found; deployed: GET /pets, POST /pets; did you mean /pets?` */
export function explainUnmatched(plan: Plan, method: string, path: string): string {
  const asked = `${method} ${path} not found`;
  const methods = plan.methods;
  if (methods.length === 0) return `${asked}; the deployment has no methods`;
  const shown = methods.slice(0, shownRoutes).map((each) => each.label);
  const rest = methods.length - shown.length;
  const deployed = `deployed: ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `${asked}; ${deployed}${hint(plan, method, path)}`;
}

function hint(plan: Plan, method: string, path: string): string {
  const verbs = verbsAt(plan, path);
  if (verbs.length > 0) {
    return `; ${path} has ${verbs.join(', ')}, not ${method}${method === 'HEAD' ? ' (HEAD needs HEAD or ANY)' : ''}`;
  }
  const stage = `/${plan.context.stage}`;
  if (path === stage || path.startsWith(`${stage}/`)) {
    const below = path.slice(stage.length) || '/';
    if (verbsAt(plan, below).length > 0) return `; the stage stands twice in the path, did you mean ${below}?`;
  }
  const nearest = nearestPath(plan, path);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** Verbs deployed for exactly this path. */
function verbsAt(plan: Plan, path: string): string[] {
  const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
  return verbs.filter((verb) => plan.router.match(verb, path) !== undefined);
}

/** The resource path with the fewest edits, when they are few for its length. */
function nearestPath(plan: Plan, path: string): string | undefined {
  const asked = path.slice(0, comparedLength).toLowerCase();
  let nearest: string | undefined;
  let fewest = Math.max(2, Math.floor(asked.length / 3)) + 1;
  let budget = comparisonBudget;
  for (const { resourcePath } of plan.methods) {
    // A parameter takes whatever stands in its place, so only the fixed text counts.
    const candidate = withParametersFilled(resourcePath, asked).toLowerCase().slice(0, comparedLength);
    if (Math.abs(candidate.length - asked.length) >= fewest) continue;
    budget -= asked.length * candidate.length;
    if (budget < 0) return nearest;
    const edits = editDistance(asked, candidate);
    if (edits < fewest) {
      fewest = edits;
      nearest = resourcePath;
    }
  }
  return nearest;
}

function withParametersFilled(template: string, path: string): string {
  if (!template.includes('{')) return template;
  const asked = path.split('/');
  return template
    .split('/')
    .map((part, i) => (part.startsWith('{') ? (asked[i] ?? part) : part))
    .join('/');
}

/** Levenshtein distance, two rows. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, above[j]! + 1, row[j - 1]! + 1));
    }
    above = row;
  }
  return above[b.length]!;
}
