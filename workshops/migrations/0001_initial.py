import core.fields
import django.core.validators
import django.db.models.deletion
import uuid
import wagtail.fields
import workshops.models.registrations
import workshops.models.storage
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('assessments', '0001_initial'),
        ('people', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EvaluationResponse',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('agency_kind', models.CharField(blank=True, choices=[('state_authority', 'State authority'), ('regional_authority', 'Regional authority'), ('health_institution', 'Health institution'), ('ngo', 'Non-governmental organisation'), ('international_organisation', 'International organisation'), ('education', 'Education')], max_length=30)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Outline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9._-]*$', 'Use letters, digits, dots and hyphens.')])),
                ('translation_key', models.UUIDField(editable=False, unique=True)),
                ('sdgs', core.fields.CodeListField(blank=True, default=list, editable=False)),
            ],
            options={
                'verbose_name': 'outline',
                'verbose_name_plural': 'outlines',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='OutlinePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('outline_code', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9._-]*$', 'Use letters, digits, dots and hyphens.')], verbose_name='code')),
                ('summary', models.CharField(max_length=300, verbose_name='summary')),
                ('audience', models.CharField(blank=True, max_length=300, verbose_name='for whom')),
                ('objectives', wagtail.fields.RichTextField(verbose_name='objectives')),
                ('methods', wagtail.fields.RichTextField(blank=True, verbose_name='methods')),
                ('materials', wagtail.fields.RichTextField(blank=True, verbose_name='materials')),
                ('agenda', wagtail.fields.StreamField([('day', 8)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'title of the day', 'max_length': 200}), 1: ('wagtail.blocks.TimeBlock', (), {'label': 'from'}), 2: ('wagtail.blocks.TimeBlock', (), {'label': 'to'}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'title', 'max_length': 200}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'method', 'max_length': 300, 'required': False}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'result', 'max_length': 200, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('start', 1), ('end', 2), ('title', 3), ('method', 4), ('output', 5)]], {}), 7: ('wagtail.blocks.ListBlock', (6,), {'label': 'items'}), 8: ('wagtail.blocks.StructBlock', [[('title', 0), ('items', 7)]], {})}, verbose_name='agenda')),
                ('facilitator_notes', wagtail.fields.RichTextField(blank=True, verbose_name='notes for facilitators, never public')),
                ('aspects', core.fields.CodeListField(blank=True, default=list, verbose_name='aspects')),
                ('sdgs', core.fields.CodeListField(blank=True, default=list, verbose_name='Sustainable Development Goals')),
            ],
            options={
                'verbose_name': 'outline page',
                'verbose_name_plural': 'outline pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('seats', models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'room',
                'verbose_name_plural': 'rooms',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='AttendanceEvent',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('raw_code', models.CharField(blank=True, max_length=100)),
                ('kind', models.CharField(choices=[('in', 'came'), ('out', 'went'), ('mark', 'mark'), ('import', 'import')], max_length=6)),
                ('source', models.CharField(choices=[('facilitator', 'facilitator'), ('qr', 'QR code'), ('code', 'typed code'), ('badge', 'badge'), ('online', 'online log'), ('paper', 'paper'), ('coordinator', 'coordinator')], max_length=12)),
                ('status', models.CharField(blank=True, choices=[('present', 'present'), ('late', 'late'), ('left_early', 'left early'), ('excused', 'excused'), ('absent', 'absent'), ('not_recorded', 'not recorded')], max_length=12)),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('device_time', models.DateTimeField()),
                ('server_time', models.DateTimeField(auto_now_add=True)),
                ('device', models.CharField(blank=True, max_length=40)),
                ('correction', models.BooleanField(default=False)),
                ('note', models.TextField(blank=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attendance_events', to='people.person')),
            ],
            options={
                'verbose_name': 'attendance event',
                'verbose_name_plural': 'attendance events',
                'ordering': ['session', 'device_time', 'server_time'],
            },
        ),
        migrations.CreateModel(
            name='EvaluationForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('kind', models.CharField(choices=[('end', 'at the end'), ('months_3', 'after 90 days'), ('months_6', 'after 180 days')], max_length=10)),
                ('title_en', models.CharField(max_length=200)),
                ('title_ru', models.CharField(max_length=200)),
                ('title_be', models.CharField(max_length=200)),
                ('current', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'evaluation form',
                'verbose_name_plural': 'evaluation forms',
                'ordering': ['kind', 'code'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('current', True)), fields=('kind',), name='evaluation_form_one_current')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=20)),
                ('kind', models.CharField(choices=[('scale', 'scale'), ('choice', 'one of several'), ('several', 'any of several'), ('open', 'own words')], max_length=10)),
                ('text_en', models.TextField()),
                ('text_ru', models.TextField()),
                ('text_be', models.TextField()),
                ('lowest', models.PositiveSmallIntegerField(default=1)),
                ('highest', models.PositiveSmallIntegerField(default=5)),
                ('options', models.JSONField(blank=True, default=list)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='workshops.evaluationform')),
            ],
            options={
                'ordering': ['form', 'number'],
            },
        ),
        migrations.CreateModel(
            name='EvaluationAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('codes', models.JSONField(blank=True, default=list)),
                ('text', models.TextField(blank=True)),
                ('redacted_at', models.DateTimeField(blank=True, null=True)),
                ('reviewed', models.BooleanField(default=False)),
                ('redacted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='workshops.evaluationquestion')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='workshops.evaluationresponse')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OutlineAspect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aspect', models.CharField(choices=[('legal', 'legal'), ('social', 'social'), ('economic', 'economic'), ('cultural', 'cultural')], max_length=10)),
                ('outline', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aspect_links', to='workshops.outline')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OutlineSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('day', models.PositiveSmallIntegerField(default=1, verbose_name='day')),
                ('start_time', models.TimeField(verbose_name='from')),
                ('end_time', models.TimeField(verbose_name='to')),
                ('planned_minutes', models.PositiveSmallIntegerField(verbose_name='planned minutes')),
                ('kind', models.CharField(choices=[('roundtable', 'roundtable'), ('training', 'training'), ('council_meeting', 'council meeting'), ('field_visit', 'field visit'), ('test', 'test')], max_length=20, verbose_name='kind')),
                ('title_en', models.CharField(max_length=200, verbose_name='title in English')),
                ('title_ru', models.CharField(blank=True, max_length=200, verbose_name='title in Russian')),
                ('title_be', models.CharField(blank=True, max_length=200, verbose_name='title in Belarusian')),
                ('required', models.BooleanField(default=True, verbose_name='required for the certificate')),
                ('outline', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='workshops.outline', verbose_name='outline')),
            ],
            options={
                'verbose_name': 'session of an outline',
                'verbose_name_plural': 'sessions of outlines',
                'ordering': ['outline', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('nominated', 'nominated'), ('invited', 'invited'), ('pending', 'awaiting approval'), ('confirmed', 'confirmed'), ('waitlisted', 'on the waiting list'), ('offered', 'place offered'), ('lapsed', 'offer lapsed'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn'), ('replaced', 'replaced')], max_length=10)),
                ('source', models.CharField(choices=[('nomination', 'nomination'), ('self', 'own registration'), ('walk_in', 'walk-in')], max_length=10)),
                ('track', models.CharField(blank=True, max_length=40)),
                ('priority', models.PositiveSmallIntegerField(default=0)),
                ('post', models.CharField(blank=True, max_length=200, verbose_name='post')),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('ru', 'Russian'), ('be', 'Belarusian')], max_length=2, verbose_name='language')),
                ('pass_code', models.CharField(default=workshops.models.registrations.new_pass_code, editable=False, max_length=10, unique=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('offered_until', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='rejected, withdrawn, lapsed or replaced at')),
                ('reason', models.TextField(blank=True)),
                ('attended', models.BooleanField(default=False, editable=False)),
                ('repeated', models.BooleanField(default=False, editable=False)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('completion', models.JSONField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='people.agency')),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nominated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='people.person')),
                ('replaced_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='workshops.registration')),
            ],
            options={
                'verbose_name': 'registration',
                'verbose_name_plural': 'registrations',
                'ordering': ['workshop', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PhaseAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phase', models.CharField(choices=[('pre', 'before'), ('post', 'after')], max_length=4)),
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='phase_attempt', to='assessments.attempt')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phase_attempts', to='workshops.registration')),
            ],
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kinds', core.fields.CodeListField(blank=True, default=list, verbose_name='what you need')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='in your words')),
                ('told_at', models.DateTimeField()),
                ('registration', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='need', to='workshops.registration')),
            ],
            options={
                'verbose_name': 'need',
                'verbose_name_plural': 'needs',
            },
        ),
        migrations.CreateModel(
            name='ActionPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.TextField(verbose_name='what I will do')),
                ('by_when', models.DateField(blank=True, null=True, verbose_name='by when')),
                ('with_whom', models.CharField(blank=True, max_length=300, verbose_name='with whom')),
                ('written_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('not_started', 'not started'), ('started', 'started'), ('partly', 'partly done'), ('done', 'done'), ('replaced', 'replaced by another step')], max_length=12, verbose_name='how far it has come')),
                ('outcome_note', models.TextField(blank=True, verbose_name='what came of it')),
                ('outcome_at', models.DateTimeField(blank=True, null=True)),
                ('registration', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='action_plan', to='workshops.registration')),
            ],
            options={
                'verbose_name': 'action plan',
                'verbose_name_plural': 'action plans',
            },
        ),
        migrations.CreateModel(
            name='SeatPool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seats', models.PositiveSmallIntegerField()),
                ('released_on', models.DateField(blank=True, null=True, verbose_name='unused seats released on')),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seat_pools', to='people.agency')),
            ],
            options={
                'verbose_name': 'seat pool',
                'verbose_name_plural': 'seat pools',
            },
        ),
        migrations.AddField(
            model_name='registration',
            name='pool',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='workshops.seatpool'),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('title_en', models.CharField(max_length=200, verbose_name='title in English')),
                ('title_ru', models.CharField(blank=True, max_length=200, verbose_name='title in Russian')),
                ('title_be', models.CharField(blank=True, max_length=200, verbose_name='title in Belarusian')),
                ('kind', models.CharField(choices=[('roundtable', 'roundtable'), ('training', 'training'), ('council_meeting', 'council meeting'), ('field_visit', 'field visit'), ('test', 'test')], default='training', max_length=20, verbose_name='kind')),
                ('mode', models.CharField(choices=[('room', 'in the room'), ('online', 'online'), ('hybrid', 'in the room and online')], default='room', max_length=10, verbose_name='how people take part')),
                ('day', models.DateField(verbose_name='day')),
                ('start_time', models.TimeField(verbose_name='from')),
                ('end_time', models.TimeField(verbose_name='to')),
                ('zone', models.CharField(max_length=60, verbose_name='time zone')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('planned_minutes', models.PositiveSmallIntegerField(verbose_name='planned minutes')),
                ('required', models.BooleanField(default=True, verbose_name='required for the certificate')),
                ('track', models.CharField(blank=True, max_length=40, verbose_name='track')),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('ru', 'Russian'), ('be', 'Belarusian')], max_length=2, verbose_name='language')),
                ('join_link', models.URLField(blank=True, verbose_name='link for taking part online')),
                ('check_in_secret', models.CharField(blank=True, editable=False, max_length=64)),
                ('check_in_opened_at', models.DateTimeField(blank=True, null=True)),
                ('check_in_closed_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('makes_up_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='made_up_by', to='workshops.session', verbose_name='makes up for')),
                ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='workshops.room', verbose_name='room')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ['workshop', 'number'],
            },
        ),
        migrations.CreateModel(
            name='RegisterScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(storage=workshops.models.storage.private_storage, upload_to='registers/%Y/%m/')),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='workshops.session')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OnlineLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('rows', models.JSONField()),
                ('added_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='online_logs', to='workshops.session')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='AttendanceRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('present', 'present'), ('late', 'late'), ('left_early', 'left early'), ('excused', 'excused'), ('absent', 'absent'), ('not_recorded', 'not recorded')], max_length=12)),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('reason', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'waits for an answer'), ('granted', 'granted'), ('refused', 'refused'), ('taken_back', 'taken back')], default='open', max_length=10)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_requests', to='workshops.registration')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_requests', to='workshops.session')),
            ],
            options={
                'verbose_name': 'request about a record',
                'verbose_name_plural': 'requests about records',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AttendanceRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('track', models.CharField(blank=True, max_length=40)),
                ('planned_minutes', models.PositiveSmallIntegerField()),
                ('status', models.CharField(choices=[('present', 'present'), ('late', 'late'), ('left_early', 'left early'), ('excused', 'excused'), ('absent', 'absent'), ('not_recorded', 'not recorded')], default='not_recorded', max_length=12)),
                ('credited_minutes', models.PositiveSmallIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attendance_records', to='people.agency')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workshops.attendanceevent')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_records', to='people.person')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='workshops.registration')),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='workshops.session')),
            ],
            options={
                'verbose_name': 'attendance record',
                'verbose_name_plural': 'attendance records',
                'ordering': ['session', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='attendanceevent',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_events', to='workshops.session'),
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signed_at', models.DateTimeField()),
                ('counts', models.JSONField()),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sign_off', to='workshops.session')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Wave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('end', 'at the end'), ('months_3', 'after 90 days'), ('months_6', 'after 180 days')], max_length=10)),
                ('opens_on', models.DateField(verbose_name='opens on')),
                ('closes_on', models.DateField(verbose_name='last day')),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waves', to='workshops.evaluationform')),
            ],
            options={
                'ordering': ['workshop', 'opens_on'],
            },
        ),
        migrations.AddField(
            model_name='evaluationresponse',
            name='wave',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='workshops.wave'),
        ),
        migrations.CreateModel(
            name='EvaluationInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answered', models.BooleanField(default=False)),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation_invitations', to='workshops.registration')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='workshops.wave')),
            ],
        ),
        migrations.CreateModel(
            name='Workshop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9._-]*$', 'Use letters, digits, dots and hyphens.')], verbose_name='code')),
                ('title_en', models.CharField(max_length=200, verbose_name='title in English')),
                ('title_ru', models.CharField(blank=True, max_length=200, verbose_name='title in Russian')),
                ('title_be', models.CharField(blank=True, max_length=200, verbose_name='title in Belarusian')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('running', 'running'), ('ended', 'ended'), ('reconciled', 'register complete'), ('closed', 'closed'), ('postponed', 'postponed'), ('cancelled', 'cancelled')], default='draft', max_length=10)),
                ('status_at', models.DateTimeField()),
                ('status_reason', models.TextField(blank=True)),
                ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('zone', models.CharField(default='Europe/Minsk', max_length=60, verbose_name='time zone')),
                ('place_en', models.CharField(blank=True, max_length=200, verbose_name='place in English')),
                ('place_ru', models.CharField(blank=True, max_length=200, verbose_name='place in Russian')),
                ('place_be', models.CharField(blank=True, max_length=200, verbose_name='place in Belarusian')),
                ('language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('be', 'Belarusian')], default='ru', max_length=2, verbose_name='language')),
                ('for_kinds', core.fields.CodeListField(blank=True, default=list, verbose_name='for agencies of the kind')),
                ('approval', models.CharField(choices=[('none', 'nobody'), ('agency', 'the coordinator of the agency'), ('programme', 'a programme manager')], default='none', max_length=10, verbose_name='who approves participants')),
                ('self_registration', models.BooleanField(default=False, verbose_name='people may register themselves')),
                ('registration_until', models.DateField(blank=True, null=True, verbose_name='last day of nomination and registration')),
                ('offer_hours', models.PositiveSmallIntegerField(default=48, verbose_name='hours for which a free place is offered')),
                ('threshold', models.PositiveSmallIntegerField(default=80, verbose_name='share of planned hours required, per cent')),
                ('partial_share', models.PositiveSmallIntegerField(default=80, verbose_name='credit for late or early without a time, per cent')),
                ('pass_mark', models.PositiveSmallIntegerField(default=75, verbose_name='pass mark of the test after, per cent')),
                ('test_required', models.BooleanField(default=False, verbose_name='the test after must be passed')),
                ('test_taken', models.BooleanField(default=False, verbose_name='the test after must be taken')),
                ('each_day', models.BooleanField(default=False, verbose_name='present on each day')),
                ('each_kind', models.BooleanField(default=False, verbose_name='present in each kind of session')),
                ('evaluation_invited', models.BooleanField(default=False, verbose_name='asked for an evaluation')),
                ('hours_printed', models.BooleanField(default=True, verbose_name='hours stand on the certificate')),
                ('certificate_months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='certificate valid for, months')),
                ('lock_on', models.DateField(blank=True, null=True, verbose_name='register locked on')),
                ('pre_opened_at', models.DateTimeField(blank=True, null=True)),
                ('pre_closed_at', models.DateTimeField(blank=True, null=True)),
                ('post_opened_at', models.DateTimeField(blank=True, null=True)),
                ('post_closed_at', models.DateTimeField(blank=True, null=True)),
                ('outline', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='workshops', to='workshops.outline')),
                ('test', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='workshops', to='assessments.test')),
            ],
            options={
                'verbose_name': 'workshop',
                'verbose_name_plural': 'workshops',
                'ordering': ['-starts_on', 'code'],
            },
        ),
        migrations.CreateModel(
            name='TakenOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('workshop', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_over', to='workshops.workshop')),
            ],
        ),
        migrations.AddField(
            model_name='wave',
            name='workshop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waves', to='workshops.workshop'),
        ),
        migrations.AddField(
            model_name='session',
            name='workshop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='workshops.workshop'),
        ),
        migrations.AddField(
            model_name='seatpool',
            name='workshop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pools', to='workshops.workshop'),
        ),
        migrations.AddField(
            model_name='registration',
            name='workshop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='workshops.workshop'),
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('text', models.TextField(verbose_name='what should be done')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('agreed', 'agreed'), ('under_way', 'under way'), ('done', 'done'), ('dropped', 'dropped')], default='proposed', max_length=10, verbose_name='state')),
                ('recorded_at', models.DateTimeField()),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='people.agency', verbose_name='responsible agency')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='workshops.workshop')),
            ],
            options={
                'verbose_name': 'recommendation',
                'verbose_name_plural': 'recommendations',
                'ordering': ['workshop', 'number'],
            },
        ),
        migrations.CreateModel(
            name='OnlineName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=300)),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('registration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='online_names', to='workshops.registration')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='online_names', to='workshops.workshop')),
            ],
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('file', models.FileField(blank=True, storage=workshops.models.storage.private_storage, upload_to='materials/%Y/%m/', verbose_name='file')),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('link', models.URLField(blank=True, verbose_name='link')),
                ('released_at', models.DateTimeField(verbose_name='shown from')),
                ('for_facilitators', models.BooleanField(default=False, verbose_name='for facilitators only')),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='materials', to='workshops.session', verbose_name='session')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='workshops.workshop')),
            ],
            options={
                'verbose_name': 'material',
                'verbose_name_plural': 'materials',
                'ordering': ['workshop', 'released_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FacilitatorNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='note')),
                ('written_at', models.DateTimeField()),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notes', to='workshops.session', verbose_name='session')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='workshops.workshop')),
            ],
            options={
                'ordering': ['workshop', '-written_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Facilitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('invited', 'invited'), ('accepted', 'accepted'), ('declined', 'declined')], default='accepted', max_length=10)),
                ('lead', models.BooleanField(default=False)),
                ('invited_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facilitations', to='people.person')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facilitations', to='workshops.workshop')),
            ],
            options={
                'verbose_name': 'part in running a workshop',
                'verbose_name_plural': 'parts in running workshops',
            },
        ),
        migrations.CreateModel(
            name='WorkshopRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=200, verbose_name='what it should be about')),
                ('purpose', models.TextField(verbose_name='why, and for whom')),
                ('people', models.PositiveSmallIntegerField(verbose_name='about how many people')),
                ('earliest', models.DateField(verbose_name='not before')),
                ('latest', models.DateField(verbose_name='not after')),
                ('language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('be', 'Belarusian')], default='ru', max_length=2, verbose_name='language')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'waits for an answer'), ('scheduled', 'a workshop was scheduled'), ('declined', 'declined'), ('taken_back', 'taken back')], default='open', max_length=10)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='workshop_requests', to='people.agency')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('outline', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='workshops.outline', verbose_name='outline')),
                ('workshop', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='workshops.workshop')),
            ],
            options={
                'verbose_name': 'request for a workshop',
                'verbose_name_plural': 'requests for workshops',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('taking_part', 'sessions I take part in'), ('facilitating', 'sessions I run')], max_length=12)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_feeds', to='people.person')),
            ],
            options={
                'verbose_name': 'calendar feed',
                'verbose_name_plural': 'calendar feeds',
                'ordering': ['-made_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('person', 'kind'), name='calendar_feed_one_in_force')],
            },
        ),
        migrations.AddConstraint(
            model_name='evaluationquestion',
            constraint=models.UniqueConstraint(fields=('form', 'number'), name='evaluation_question_number_once'),
        ),
        migrations.AddConstraint(
            model_name='evaluationquestion',
            constraint=models.UniqueConstraint(fields=('form', 'code'), name='evaluation_question_code_once'),
        ),
        migrations.AddConstraint(
            model_name='evaluationanswer',
            constraint=models.UniqueConstraint(fields=('response', 'question'), name='evaluation_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='outlineaspect',
            constraint=models.UniqueConstraint(fields=('outline', 'aspect'), name='outline_aspect_once'),
        ),
        migrations.AddConstraint(
            model_name='outlinesession',
            constraint=models.UniqueConstraint(fields=('outline', 'number'), name='outline_session_once'),
        ),
        migrations.AddIndex(
            model_name='phaseattempt',
            index=models.Index(fields=['registration', 'phase'], name='phase_attempt_lookup'),
        ),
        migrations.AddConstraint(
            model_name='registerscan',
            constraint=models.UniqueConstraint(fields=('session', 'sha256'), name='register_scan_once'),
        ),
        migrations.AddConstraint(
            model_name='onlinelog',
            constraint=models.UniqueConstraint(fields=('session', 'sha256'), name='online_log_once'),
        ),
        migrations.AddConstraint(
            model_name='attendancerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('session', 'registration'), name='attendance_request_one_open'),
        ),
        migrations.AddConstraint(
            model_name='attendancerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['granted', 'refused']), _negated=True), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='attendance_request_answered_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='attendancerecord',
            index=models.Index(fields=['agency', 'registration'], name='attendance_by_agency'),
        ),
        migrations.AddIndex(
            model_name='attendancerecord',
            index=models.Index(condition=models.Q(('status', 'not_recorded')), fields=['session'], name='attendance_not_recorded'),
        ),
        migrations.AddConstraint(
            model_name='attendancerecord',
            constraint=models.UniqueConstraint(fields=('session', 'person'), name='attendance_record_once'),
        ),
        migrations.AddConstraint(
            model_name='attendancerecord',
            constraint=models.CheckConstraint(condition=models.Q(('credited_minutes__lte', models.F('planned_minutes'))), name='attendance_credit_within_plan'),
        ),
        migrations.AddIndex(
            model_name='attendanceevent',
            index=models.Index(fields=['session', 'person'], name='attendance_event_by_record'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(('person__isnull', False), models.Q(('raw_code', ''), _negated=True), _connector='OR'), name='attendance_event_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'mark'), _negated=True), models.Q(('status', ''), _negated=True), _connector='OR'), name='attendance_mark_has_status'),
        ),
        migrations.AddConstraint(
            model_name='evaluationinvitation',
            constraint=models.UniqueConstraint(fields=('wave', 'registration'), name='evaluation_invitation_once'),
        ),
        migrations.AddIndex(
            model_name='workshop',
            index=models.Index(fields=['starts_on', 'status'], name='workshop_by_date'),
        ),
        migrations.AddConstraint(
            model_name='workshop',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='workshop_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='workshop',
            constraint=models.CheckConstraint(condition=models.Q(('partial_share__lte', 100), ('threshold__lte', 100)), name='workshop_per_cent'),
        ),
        migrations.AddConstraint(
            model_name='workshop',
            constraint=models.CheckConstraint(condition=models.Q(('offer_hours__gte', 1)), name='workshop_offers_last'),
        ),
        migrations.AddConstraint(
            model_name='workshop',
            constraint=models.CheckConstraint(condition=models.Q(('pre_opened_at__isnull', True), ('pre_closed_at__isnull', True), ('pre_closed_at__gte', models.F('pre_opened_at')), _connector='OR'), name='workshop_pre_closes_after_opening'),
        ),
        migrations.AddConstraint(
            model_name='workshop',
            constraint=models.CheckConstraint(condition=models.Q(('post_opened_at__isnull', True), ('post_closed_at__isnull', True), ('post_closed_at__gte', models.F('post_opened_at')), _connector='OR'), name='workshop_post_closes_after_opening'),
        ),
        migrations.AddConstraint(
            model_name='wave',
            constraint=models.UniqueConstraint(fields=('workshop', 'kind'), name='wave_once'),
        ),
        migrations.AddConstraint(
            model_name='wave',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='wave_dates_in_order'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(fields=['starts_at'], name='session_by_start'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.UniqueConstraint(fields=('workshop', 'number'), name='session_number_once'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_moments_in_order'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('planned_minutes__gt', 0)), name='session_has_minutes'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('makes_up_for__isnull', True), ('required', False), _connector='OR'), name='session_make_up_is_optional'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('check_in_opened_at__isnull', True), models.Q(('check_in_secret', ''), _negated=True), _connector='OR'), name='session_check_in_has_secret'),
        ),
        migrations.AddConstraint(
            model_name='seatpool',
            constraint=models.UniqueConstraint(condition=models.Q(('agency__isnull', False)), fields=('workshop', 'agency'), name='seat_pool_once_per_agency'),
        ),
        migrations.AddConstraint(
            model_name='seatpool',
            constraint=models.UniqueConstraint(condition=models.Q(('agency__isnull', True)), fields=('workshop',), name='seat_pool_one_open'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['agency', 'workshop'], name='registration_by_agency'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['person', 'workshop'], name='registration_by_person'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['workshop', 'state'], name='registration_by_state'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['state', 'offered_until'], name='registration_offers'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(condition=models.Q(('repeated', True)), fields=['workshop', 'person'], name='registration_repeated'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['nominated', 'invited', 'pending', 'confirmed', 'waitlisted', 'offered'])), fields=('workshop', 'person'), name='registration_one_active'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('completed_at__isnull', False)), fields=('workshop', 'person'), name='registration_completed_once'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='registration_confirmed_at'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(('completed_at__isnull', True), models.Q(('completion__isnull', False), ('confirmed_at__isnull', False)), _connector='OR'), name='registration_completed_is_explained'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.UniqueConstraint(fields=('workshop', 'number'), name='recommendation_number_once'),
        ),
        migrations.AddConstraint(
            model_name='onlinename',
            constraint=models.UniqueConstraint(fields=('workshop', 'key'), name='online_name_once'),
        ),
        migrations.AddConstraint(
            model_name='material',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file', ''), _negated=True), models.Q(('link', ''), _negated=True), _connector='OR'), name='material_is_a_file_or_a_link'),
        ),
        migrations.AddConstraint(
            model_name='facilitation',
            constraint=models.UniqueConstraint(fields=('workshop', 'person'), name='facilitation_once'),
        ),
        migrations.AddConstraint(
            model_name='workshoprequest',
            constraint=models.CheckConstraint(condition=models.Q(('latest__gte', models.F('earliest'))), name='workshop_request_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='workshoprequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), ('workshop__isnull', False), _connector='OR'), name='workshop_request_names_workshop'),
        ),
        migrations.AddField(
            model_name='facilitation',
            name='right',
            field=models.CharField(choices=[('everything', 'everything'), ('approve', 'approve registrations'), ('check_in', 'check people in and take the register'), ('edit_people', 'add people and correct their details')], default='everything', max_length=12, verbose_name='may'),
        ),
    ]
