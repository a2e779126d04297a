import { expect } from 'chai';
import { parse } from 'yaml';
import { environment as gatewayEnvironment } from '../../services/gateway/src/environment.ts';
import { environment as schedulerEnvironment } from '../../services/scheduler/src/environment.ts';
import { environment as workerEnvironment } from '../../services/worker/src/environment.ts';
import { type ComposeService, readComposeFile, readRepositoryFile } from './composeFile.ts';

const text = readRepositoryFile('docker-compose.yml');
const { services, networks, volumes } = readComposeFile();
const named = (name: string): ComposeService => {
  const found = services[name];
  if (found === undefined) throw new Error(`no service ${name} in docker-compose.yml`);
  return found;
};
const each = Object.entries(services);

/** Variables that the file takes from .env: name → `?` when they have to be there, else their default. */
const variables = [...text.matchAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g)].map(([, name = '', kind, rest]) => ({
  name,
  required: kind === '?',
  otherwise: rest ?? '',
}));

describe('docker-compose.yml', () => {
  it('has no password but those of .env, and says what to do without them', () => {
    const secrets = variables.filter(({ name }) => /(PASSWORD|SECRET|TOKEN)$/.test(name));
    expect(secrets).to.not.be.empty;
    for (const { name, required, otherwise } of secrets) {
      expect(required, name).to.equal(true);
      expect(otherwise, name).to.match(
        /^is not set, (run: npm run compose:env|put what @BotFather gave you)/,
      );
    }
    for (const [service, { environment }] of each) {
      for (const [name, value] of Object.entries(environment)) {
        if (/(PASSWORD|SECRET|TOKEN|AUTH)$/.test(name))
          expect(value, `${service} ${name}`).to.match(/^\$\{\w+:\?/);
        if (/_KEY$/.test(name)) expect(value, `${service} ${name}`).to.match(/^\$\{\w+:-\}$/);
        // An address with a password has it from there, too.
        for (const [, password] of value.matchAll(/\/\/\w*:([^@/]*)@/g))
          expect(password, `${service} ${name}`).to.match(/^\$\{\w+:\?/);
      }
    }
  });

  it('confines every container: nothing to write on, no right to gain, and limits', () => {
    for (const [name, service] of each) {
      expect(service.read_only, name).to.equal(true);
      expect(service.cap_drop, name).to.deep.equal(['ALL']);
      expect(service.security_opt, name).to.deep.equal(['no-new-privileges:true']);
      expect(service.mem_limit, name).to.match(/^\d+[mg]$/);
      expect(service.pids_limit, name).to.be.within(1, 512);
      expect(service, name).to.not.have.any.keys('privileged', 'user', 'container_name', 'network_mode');
      expect(service.volumes.join(), name).to.not.include('docker.sock');
    }
  });

  it('gives capabilities to those alone who drop them again, or need port 443', () => {
    const granted = each.filter(([, { cap_add }]) => cap_add.length > 0).map(([name]) => name);
    expect(granted).to.deep.equal(['postgres', 'redis', 'proxy']);
    expect(named('proxy').cap_add).to.deep.equal(['NET_BIND_SERVICE']);
    expect(named('redis').cap_add).to.deep.equal(['CHOWN', 'SETGID', 'SETUID']);
  });

  it('lets nobody in from outside but through the proxy', () => {
    for (const [name, { ports }] of each) {
      if (name === 'proxy') expect(ports).to.deep.equal(['80:80', '443:443']);
      else for (const port of ports) expect(port, name).to.match(/^127\.0\.0\.1:/);
    }
    expect(text).to.not.match(/:910[1-4]['"\]]/);
  });

  it('keeps database, queue and metrics on networks that lead nowhere else', () => {
    for (const name of ['database', 'queue', 'metrics'])
      expect(networks[name], name).to.deep.equal({ internal: true });
    expect(named('postgres').networks).to.deep.equal(['database']);
    expect(named('redis').networks).to.deep.equal(['queue']);
    expect(named('proxy').networks).to.deep.equal(['edge']);
    for (const [name, service] of each) {
      for (const network of service.networks) expect(networks, name).to.have.property(network);
    }
  });

  it('pins the images that it does not build', () => {
    for (const [name, { image, build }] of each) {
      if (build === undefined)
        expect(image, name)
          .to.match(/^[\w./-]+:[\w.-]*\d[\w.-]*$/)
          .and.not.include('latest');
      else expect(image, name).to.equal(`rung-${build.target}:\${RUNG_VERSION:-dev}`);
    }
  });

  it('starts in order: database, migrations, services', () => {
    expect(named('migrate').depends_on).to.deep.equal({ postgres: { condition: 'service_healthy' } });
    expect(named('migrate').command).to.deep.equal(['scripts/db.mjs', 'migrate', 'load-bank']);
    for (const name of ['gateway', 'scheduler', 'worker']) {
      expect(named(name).depends_on, name).to.deep.equal({
        postgres: { condition: 'service_healthy' },
        migrate: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
      expect(named(name).restart, name).to.equal('unless-stopped');
    }
  });

  it('gives services longer to stop than they take', () => {
    for (const name of ['gateway', 'scheduler', 'worker']) {
      const { stop_grace_period: grace = '', environment } = named(name);
      const graceMs = Number(/^(\d+)s$/.exec(grace)?.[1]) * 1000;
      expect(graceMs, name).to.be.at.least(Number(environment.SHUTDOWN_GRACE_MS) + 5_000);
    }
  });

  it('hands every service each variable that it reads', () => {
    // The image sets the ports, and a name in .env would be one for all of them.
    const notHere = ['PORT', 'OPS_PORT', 'OTEL_SERVICE_NAME'];
    const schemas = {
      gateway: gatewayEnvironment,
      scheduler: schedulerEnvironment,
      worker: workerEnvironment,
    };
    for (const [name, schema] of Object.entries(schemas)) {
      const wanted = Object.keys(schema.shape).filter((variable) => !notHere.includes(variable));
      expect(Object.keys(named(name).environment), name).to.include.members(wanted);
    }
  });

  it('can run any number of workers', () => {
    expect(named('worker').ports).to.deep.equal([]);
    expect(named('worker').volumes).to.deep.equal([]);
  });

  it('starts with a plain up what a bot needs, and all else by its profile', () => {
    const byProfile = (profile: string) =>
      each.filter(([, s]) => s.profiles.includes(profile)).map(([name]) => name);
    const plain = each.filter(([, { profiles }]) => profiles.length === 0).map(([name]) => name);
    expect(plain).to.deep.equal(['postgres', 'redis', 'migrate', 'gateway', 'scheduler', 'worker']);
    expect(byProfile('sandbox')).to.deep.equal(['sandbox', 'next-day', 'day']);
    expect(byProfile('monitoring')).to.deep.equal(['prometheus', 'grafana', 'node-exporter']);
    expect(byProfile('tls')).to.deep.equal(['proxy']);
  });

  it('mounts files of the repository only for reading, and volumes that it declares', () => {
    for (const [name, service] of each) {
      for (const volume of service.volumes) {
        const [source = '', , mode] = volume.split(':');
        if (/^[./]/.test(source)) expect(mode, `${name} ${volume}`).to.equal('ro');
        else expect(volumes, name).to.have.property(source);
      }
    }
  });

  it('takes from .env what .env.example explains', () => {
    const explained = new Set(
      [...readRepositoryFile('.env.example').matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name),
    );
    for (const { name } of variables) expect(explained, name).to.include(name);
  });
});

describe('what the containers are configured with', () => {
  it('lets Redis evict nothing and keep its jobs', () => {
    const settings = readRepositoryFile('infra/redis/redis.conf').split('\n');
    expect(settings).to.include.members(['maxmemory-policy noeviction', 'appendonly yes']);
    expect(settings.filter((line) => /^requirepass/.test(line))).to.deep.equal([]);
  });

  it('lets Prometheus find every replica at its ops port', () => {
    const { scrape_configs: jobs } = parse(readRepositoryFile('infra/prometheus/prometheus.yml'));
    for (const [name, port] of Object.entries({ gateway: 9101, scheduler: 9102, worker: 9103 })) {
      const job = jobs.find(({ job_name }: { job_name: string }) => job_name === name);
      expect(job?.dns_sd_configs, name).to.deep.equal([
        { names: [name], type: 'A', port, refresh_interval: '10s' },
      ]);
      expect(named(name).networks).to.include('metrics');
    }
  });

  it('lets the proxy pass the webhook on, and nothing else', () => {
    const proxy = readRepositoryFile('infra/proxy/Caddyfile');
    expect(proxy.match(/reverse_proxy \S+/g)).to.deep.equal(['reverse_proxy gateway:8080']);
    expect(proxy)
      .to.include('path /telegram/webhook')
      .and.to.include('max_size')
      .and.to.include('respond 404');
  });
});
