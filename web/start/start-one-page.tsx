import { getRouteApi, Link } from '@tanstack/react-router';
import './start.css';
import { useMe } from '../api/me.js';
import { usePageTitle } from '../parts/page-title.js';
import { useSay } from '../texts/texts.js';
import { ChangeForm } from './change-form.js';
import { OrderForm } from './order-form.js';
import { ReturnForm } from './return-form.js';
import { ShipmentForm } from './shipment-form.js';
import type { StartOf } from './start-form.js';

const route = getRouteApi('/start/$company/$procedure');

const forms = { order: OrderForm, 'order-change': ChangeForm, return: ReturnForm, shipment: ShipmentForm } as const;

/** The form of one procedure. */
export function StartOnePage() {
  const say = useSay();
  const { company, procedure } = route.useParams();
  const { capabilities } = useMe();
  const found = capabilities.start.find((one) => one.company === company && one.procedure === procedure);
  usePageTitle(found?.name ?? say('web.nav.start'));
  const Form = found?.subject === undefined ? undefined : forms[found.subject];
  const of: StartOf = { company, procedure };
  return (
    <main className="page start">
      <Link to="/start" className="back">
        ‹ {say('web.nav.start')}
      </Link>
      <h1>
        {found?.name ?? say('web.nav.start')} <span className="clause">{found?.clauses[0]}</span>
      </h1>
      {Form === undefined ? <p>{say('web.start.not-yours')}</p> : <Form key={`${company}/${procedure}`} of={of} />}
    </main>
  );
}
