"""What the database itself refuses of hours of help, whoever asks: page, shell, bulk insert, COPY or raw SQL."""

import pgtrigger

# The update changes nothing. It holds the row of the instance until the transaction ends, and where transactions see
# the past (REPEATABLE READ) it fails instead of adding up what another one has not shown yet.
FENCE = """
IF NEW.corrects_id IS NULL THEN
    PERFORM 1 FROM cases_case WHERE id = NEW.case_id AND instance_id = NEW.instance_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Help is written down for the instance of its case' USING ERRCODE = 'check_violation';
    END IF;
ELSE
    PERFORM 1 FROM cases_timeentry WHERE id = NEW.corrects_id AND minutes > 0
        AND case_id = NEW.case_id AND instance_id = NEW.instance_id AND (NEW.minutes > 0 OR (
            kind_id = NEW.kind_id AND free_minutes = -NEW.free_minutes AND billable_minutes = -NEW.billable_minutes
        ));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A correction takes back what stands in the entry, as it was split'
            USING ERRCODE = 'check_violation';
    END IF;
END IF;
IF NEW.free_minutes > 0 THEN
    UPDATE contacts_instance SET free_help_minutes = free_help_minutes WHERE id = NEW.instance_id;
    SELECT COALESCE(instance.free_help_minutes, plan.free_help_minutes) INTO allowance
        FROM contacts_instance AS instance
        JOIN contacts_account AS account ON account.id = instance.account_id
        JOIN contacts_plan AS plan ON plan.id = account.plan_id
        WHERE instance.id = NEW.instance_id;
    SELECT COALESCE(SUM(free_minutes), 0) INTO used FROM cases_timeentry WHERE instance_id = NEW.instance_id;
    IF used + NEW.free_minutes > allowance THEN
        RAISE EXCEPTION 'Instance % has % free minutes of help, % are used, % more are too many',
            NEW.instance_id, allowance, used, NEW.free_minutes USING ERRCODE = 'check_violation';
    END IF;
END IF;
RETURN NEW;
"""


# At the end of the transaction: a consent that is recorded with an entry stands by then.
AGREED = """
PERFORM 1 FROM cases_consultingreferral WHERE id = NEW.referral_id AND case_id = NEW.case_id AND state = 'agreed';
IF NOT FOUND THEN
    RAISE EXCEPTION 'Nothing is billable that the customer has not agreed to' USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


def fenced(name: str) -> pgtrigger.Trigger:
    """Refuse more free minutes than the instance has, and a correction that is none."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        declare=[("allowance", "integer"), ("used", "bigint")],
        func=FENCE,
    )


def agreed(name: str) -> pgtrigger.Trigger:
    """Refuse, at the end of the transaction, billable minutes without the consent of the customer of that case."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Condition("NEW.referral_id IS NOT NULL"),
        func=AGREED,
    )
