import { Ingress } from 'kubernetes-models/networking.k8s.io/v1';
import { Service } from 'kubernetes-models/v1';
import { complaints } from './complaints.ts';
import { variablesOf } from './environment.ts';
import { deniesByDefault, type Flow, flowsOf, selects } from './flows.ts';
import { allOf, type Manifest, nameOf } from './manifest.ts';
import { podsOf } from './pods.ts';

const WEBHOOK = '/telegram/webhook';
/** What the gateway takes; 256 KiB as NGINX writes it. */
const BODY_LIMIT = '256k';
const BODY_LIMITS = ['nginx.org/client-max-body-size', 'nginx.ingress.kubernetes.io/proxy-body-size'];

/** Where more passes than has to, or something cannot reach what it needs. */
export function networkProblems(manifests: readonly Manifest[]): string[] {
  const flows = flowsOf(manifests);
  return [
    ...complaints('network', { 'what no policy names is let through': !deniesByDefault(manifests) }),
    ...flows.flatMap(openings),
    ...podsOf(manifests).flatMap((pods) => {
      const opsPorts = pods.containers.flatMap(({ ports }) =>
        (ports ?? []).flatMap(({ name, containerPort }) => (name === 'ops' ? [containerPort] : [])),
      );
      const own = flows.filter((flow) => flow.pods.owner === pods.owner);
      const variables = pods.containers.map((container) => variablesOf(container, manifests));
      const needs = (name: string): boolean => variables.some((each) => each[name] !== undefined);
      const reaches = (port: number): boolean =>
        own.some((flow) => flow.direction === 'out' && covers(flow, port));
      return complaints(pods.owner, {
        'shows its metrics to others than monitoring': own.some(
          (flow) =>
            flow.direction === 'in' &&
            opsPorts.some((port) => covers(flow, port)) &&
            namespaceOf(flow) !== 'monitoring',
        ),
        'is not reached by monitoring': opsPorts.some(
          (port) => !own.some((flow) => covers(flow, port) && namespaceOf(flow) === 'monitoring'),
        ),
        'cannot resolve names': !reaches(53),
        'cannot reach its database': needs('DATABASE_URL') && !reaches(5432),
        'cannot reach Telegram': needs('TELEGRAM_API_ROOT') && !reaches(telegramPort(variables)),
        'cannot reach the collector of its traces':
          needs('OTEL_EXPORTER_OTLP_ENDPOINT') && !reaches(collectorPort(variables)),
        'cannot reach its queue': opsPorts.length > 0 && needs('QUEUE_URL') && !reaches(6379),
      });
    }),
    ...ingressProblems(manifests),
  ];
}

function openings({ pods, direction, peer, ports }: Flow): string[] {
  const block = peer?.ipBlock;
  return complaints(`${pods.owner}, ${direction}`, {
    'anybody passes': peer === undefined || block?.cidr === '::/0',
    'every port passes': ports === undefined,
    'the internet passes other than by https': block?.cidr === '0.0.0.0/0' && ports?.join() !== '443,443',
    'private addresses pass as the internet':
      block?.cidr === '0.0.0.0/0' &&
      !['10.0.0.0/8', '169.254.0.0/16'].every((cidr) => block.except?.includes(cidr)),
    'comes in from the internet': block?.cidr === '0.0.0.0/0' && direction === 'in',
  });
}

type Environments = readonly Readonly<Record<string, string>>[];

/** Of the Bot API that the first of these environments names. */
function telegramPort(variables: Environments): number {
  return portOf(variables[0]?.TELEGRAM_API_ROOT);
}

function collectorPort(variables: Environments): number {
  return portOf(variables[0]?.OTEL_EXPORTER_OTLP_ENDPOINT);
}

function portOf(address = ''): number {
  const { protocol, port } = new URL(address);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

function covers({ ports }: Flow, port: number): boolean {
  return ports === undefined || (ports[0] <= port && port <= ports[1]);
}

function namespaceOf({ peer }: Flow): string | undefined {
  return peer?.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
}

/** The public side: the webhook alone, over TLS, and no larger than the gateway takes. */
function ingressProblems(manifests: readonly Manifest[]): string[] {
  const services = allOf(manifests, Service.is);
  const opsPort = services.filter(({ spec }) => spec?.ports?.some(({ targetPort }) => targetPort !== 'http'));
  const lost = services.filter(
    ({ spec }) =>
      !podsOf(manifests).some(({ labels }) => selects({ matchLabels: spec?.selector ?? {} }, labels)),
  );
  return [
    ...opsPort.map((service) => `${nameOf(service)}: leads to another port than http`),
    ...lost.map((service) => `${nameOf(service)}: leads to no pod`),
    ...allOf(manifests, Ingress.is).flatMap((ingress) => {
      const { metadata, spec } = ingress;
      const secured = (spec?.tls ?? []).flatMap(({ hosts }) => hosts ?? []);
      const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
      return complaints(nameOf(ingress), {
        'has a host without TLS': !(spec?.rules ?? []).every(({ host }) => secured.includes(host ?? '')),
        'leads elsewhere than to the webhook':
          paths.length === 0 ||
          !paths.every(
            ({ path, pathType, backend }) =>
              path === WEBHOOK && pathType === 'Exact' && backend.service?.port?.name === 'http',
          ),
        'takes larger bodies than the gateway': BODY_LIMITS.some(
          (annotation) => metadata.annotations?.[annotation] !== BODY_LIMIT,
        ),
      });
    }),
  ];
}
