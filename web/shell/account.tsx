import { Link } from '@tanstack/react-router';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useMe } from '../api/me.js';
import { signOut } from '../api/session.js';
import { LanguageChoice } from '../parts/language-choice.js';
import { useSay } from '../texts/texts.js';

const leave = (): void => void signOut().finally(() => window.location.assign('/'));

/** Who is signed in, and the way out. */
export function Account() {
  const say = useSay();
  const me = useMe();
  return (
    <MenuTrigger>
      <Button className="account">
        <span className="account-name">{me.name}</span>
        <span className="quiet account-role">{me.roles.map(({ roleName }) => roleName).join(' · ')}</span>
      </Button>
      <Popover className="popover" placement="top start">
        <Menu aria-label={me.name}>
          <MenuItem className="option" onAction={leave}>
            {say('web.sign-out')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

/** The same on the phone, as a page. */
export function MePage() {
  const say = useSay();
  const me = useMe();
  return (
    <main className="page">
      <h1>{me.name}</h1>
      <ul>
        {me.roles.map(({ company, companyName, role, roleName }) => (
          <li key={`${company}/${role}`}>
            {companyName} · {roleName}
          </li>
        ))}
      </ul>
      <LanguageChoice />
      <ul className="me-links">
        <li>
          <Link to="/notices">{say('web.nav.notices')}</Link>
        </li>
        <li>
          <Link to="/away">{say('web.nav.away')}</Link>
        </li>
      </ul>
      <button type="button" className="button" onClick={leave}>
        {say('web.sign-out')}
      </button>
    </main>
  );
}
