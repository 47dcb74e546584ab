import core.blocks
import core.fields
import courses.models.word_files
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import wagtail.fields
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
            name='LessonPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('search_text', models.TextField(default='', editable=False)),
                ('expert', models.CharField(blank=True, choices=[('lawyer', 'a lawyer'), ('doctor', 'a doctor')], help_text='Whom it is given to when it is submitted.', max_length=10, verbose_name='reviewed by')),
                ('needs_review', models.BooleanField(default=False, help_text='It does not go live before the expert approves it, which takes this mark off.', verbose_name='awaits review by an expert')),
                ('review_on', models.DateField(blank=True, help_text='The day until which somebody looks at it again. Readers go on seeing it after that day.', null=True, verbose_name='to be reviewed by')),
                ('lesson_code', models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9._-]*\\Z', 'Use letters, digits, dots and hyphens.')], verbose_name='code')),
                ('summary', models.CharField(blank=True, max_length=300, verbose_name='summary')),
                ('minutes', models.PositiveSmallIntegerField(default=20, verbose_name='minutes')),
                ('required', models.BooleanField(default=True, verbose_name='required for completion')),
                ('body', wagtail.fields.StreamField([('opening_question', 2), ('heading', 3), ('text', 4), ('callout', 8), ('shared', 10), ('case', 24), ('table', 31), ('figure', 35), ('video', 42), ('term', 44), ('practice', 46), ('download', 49), ('summary', 52)], block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'question', 'max_length': 300}), 1: ('wagtail.blocks.TextBlock', (), {'label': 'hint', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('question', 0), ('hint', 1)]], {}), 3: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'heading', 'max_length': 160, 'template': 'blocks/heading.html'}), 4: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'bold', 'italic', 'ol', 'ul', 'link', 'document-link'], 'icon': 'pilcrow', 'label': 'text', 'template': 'blocks/text.html'}), 5: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('key', 'key point'), ('law', 'in law'), ('caution', 'take care')], 'label': 'tone'}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'title', 'max_length': 120}), 7: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'bold', 'italic', 'ol', 'ul', 'link', 'document-link'], 'label': 'text'}), 8: ('wagtail.blocks.StructBlock', [[('tone', 5), ('title', 6), ('text', 7)]], {}), 9: ('wagtail.blocks.ChoiceBlock', [], {'choices': core.blocks.shared_texts, 'help_text': 'It is written once, under “Shared texts”; whoever changes it there changes it in every lesson.', 'label': 'shared text'}), 10: ('wagtail.blocks.StructBlock', [[('slug', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'title', 'max_length': 160}), 12: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'bold', 'italic', 'ol', 'ul', 'link', 'document-link'], 'label': 'story'}), 13: ('wagtail.blocks.CharBlock', (), {'max_length': 400}), 14: ('wagtail.blocks.ListBlock', (13,), {'label': 'questions'}), 15: ('core.blocks.CodeBlock', (), {'help_text': 'Readers do not see it; choices lead to it.', 'label': 'short name', 'max_length': 40}), 16: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'bold', 'italic', 'ol', 'ul', 'link', 'document-link'], 'label': 'situation'}), 17: ('wagtail.blocks.CharBlock', (), {'label': 'choice', 'max_length': 300}), 18: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'bold', 'italic', 'ol', 'ul', 'link', 'document-link'], 'label': 'what follows'}), 19: ('core.blocks.CodeBlock', (), {'help_text': 'The short name of a later situation. Empty: the case ends here.', 'label': 'leads to', 'max_length': 40, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('text', 17), ('consequence', 18), ('leads_to', 19)]], {}), 21: ('wagtail.blocks.ListBlock', (20,), {'label': 'choices', 'max_num': 4, 'min_num': 2}), 22: ('wagtail.blocks.StructBlock', [[('code', 15), ('text', 16), ('choices', 21)]], {}), 23: ('wagtail.blocks.ListBlock', (22,), {'default': [], 'help_text': 'Optional: moments at which readers choose. Each choice opens what follows from it.', 'label': 'situations', 'max_num': 4}), 24: ('wagtail.blocks.StructBlock', [[('title', 11), ('text', 12), ('questions', 14), ('situations', 23)]], {}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'caption', 'max_length': 200}), 26: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': 'the first row is a header', 'required': False}), 27: ('wagtail.blocks.BooleanBlock', (), {'label': 'the first column is a header', 'required': False}), 28: ('wagtail.blocks.CharBlock', (), {'required': False}), 29: ('wagtail.blocks.ListBlock', (28,), {'label': 'row'}), 30: ('wagtail.blocks.ListBlock', (29,), {'label': 'rows'}), 31: ('wagtail.blocks.StructBlock', [[('caption', 25), ('header_row', 26), ('header_column', 27), ('rows', 30)]], {}), 32: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'image'}), 33: ('wagtail.blocks.CharBlock', (), {'help_text': 'What the picture says, for those who do not see it.', 'label': 'alternative text', 'max_length': 300}), 34: ('wagtail.blocks.CharBlock', (), {'label': 'caption and source', 'max_length': 300, 'required': False}), 35: ('wagtail.blocks.StructBlock', [[('image', 32), ('alternative', 33), ('caption', 34)]], {}), 36: ('core.blocks.VideoFileBlock', (), {'help_text': 'MP4 with H.264 plays on old telephones as well.', 'label': 'video file (MP4 or WebM)'}), 37: ('wagtail.images.blocks.ImageChooserBlock', (), {'help_text': 'A picture from the video, which stands there until it plays.', 'label': 'still picture'}), 38: ('core.blocks.CaptionsBlock', (), {'label': 'captions in English (WebVTT)'}), 39: ('core.blocks.CaptionsBlock', (), {'label': 'captions in Russian (WebVTT)'}), 40: ('core.blocks.CaptionsBlock', (), {'label': 'captions in Belarusian (WebVTT)'}), 41: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'bold', 'italic', 'ol', 'ul', 'link', 'document-link'], 'help_text': 'What is said and what is seen, for those who do not hear or do not see it, and for paper.', 'label': 'transcript'}), 42: ('wagtail.blocks.StructBlock', [[('title', 11), ('video', 36), ('poster', 37), ('captions_en', 38), ('captions_ru', 39), ('captions_be', 40), ('transcript', 41)]], {}), 43: ('core.blocks.CodeBlock', (), {'help_text': 'Its short name, as the glossary lists it.', 'label': 'glossary term', 'max_length': 80}), 44: ('wagtail.blocks.StructBlock', [[('slug', 43)]], {}), 45: ('core.blocks.CodeBlock', (), {'label': 'question code', 'max_length': 40}), 46: ('wagtail.blocks.StructBlock', [[('question', 45)]], {}), 47: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'file'}), 48: ('wagtail.blocks.CharBlock', (), {'label': 'what it is', 'max_length': 200}), 49: ('wagtail.blocks.StructBlock', [[('document', 47), ('description', 48)]], {}), 50: ('wagtail.blocks.CharBlock', (), {'max_length': 300}), 51: ('wagtail.blocks.ListBlock', (50,), {'label': 'points'}), 52: ('wagtail.blocks.StructBlock', [[('points', 51)]], {})}, verbose_name='body')),
                ('sources', wagtail.fields.StreamField([('source', 4)], blank=True, block_lookup={0: ('core.blocks.CodeBlock', (), {'label': 'code', 'max_length': 10, 'required': False}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'title', 'max_length': 300}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'place in it', 'max_length': 120, 'required': False}), 3: ('wagtail.blocks.URLBlock', (), {'label': 'address', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('code', 0), ('title', 1), ('locator', 2), ('address', 3)]], {})}, verbose_name='sources')),
            ],
            options={
                'verbose_name': 'lesson page',
                'verbose_name_plural': 'lesson pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='ModulePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('search_text', models.TextField(default='', editable=False)),
                ('expert', models.CharField(blank=True, choices=[('lawyer', 'a lawyer'), ('doctor', 'a doctor')], help_text='Whom it is given to when it is submitted.', max_length=10, verbose_name='reviewed by')),
                ('needs_review', models.BooleanField(default=False, help_text='It does not go live before the expert approves it, which takes this mark off.', verbose_name='awaits review by an expert')),
                ('review_on', models.DateField(blank=True, help_text='The day until which somebody looks at it again. Readers go on seeing it after that day.', null=True, verbose_name='to be reviewed by')),
                ('module_code', models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9._-]*\\Z', 'Use letters, digits, dots and hyphens.')], verbose_name='code')),
                ('summary', models.CharField(max_length=300, verbose_name='summary')),
                ('introduction', wagtail.fields.RichTextField(verbose_name='introduction')),
                ('audience', models.CharField(blank=True, max_length=300, verbose_name='for whom')),
                ('requirements', wagtail.fields.RichTextField(blank=True, verbose_name='what is required')),
                ('aspects', core.fields.CodeListField(blank=True, default=list, verbose_name='aspects')),
                ('sdgs', core.fields.CodeListField(blank=True, default=list, verbose_name='Sustainable Development Goals')),
                ('minutes', models.PositiveSmallIntegerField(default=120, verbose_name='minutes in all')),
            ],
            options={
                'verbose_name': 'module page',
                'verbose_name_plural': 'module pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enrolled_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('rule_version', models.PositiveIntegerField(blank=True, null=True)),
                ('completion', models.JSONField(blank=True, null=True)),
                ('refresher_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='people.agency')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='people.person')),
            ],
            options={
                'verbose_name': 'enrolment',
                'verbose_name_plural': 'enrolments',
                'ordering': ['-enrolled_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='FinalAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='final_attempt', to='assessments.attempt')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='final_attempts', to='courses.enrolment')),
            ],
            options={
                'verbose_name': 'attempt at the final test',
                'verbose_name_plural': 'attempts at the final test',
            },
        ),
        migrations.CreateModel(
            name='Module',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('translation_key', models.UUIDField(editable=False, unique=True)),
                ('sdgs', core.fields.CodeListField(blank=True, default=list, editable=False)),
                ('certificate_months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='certificate valid for, months')),
                ('hours_printed', models.BooleanField(default=True, verbose_name='hours stand on the certificate')),
                ('rule_version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version of the rule')),
                ('content_version', models.PositiveIntegerField(default=1, editable=False)),
                ('final_test', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='final_of', to='assessments.test', verbose_name='final test')),
                ('prerequisites', models.ManyToManyField(blank=True, related_name='prerequisite_of', to='courses.module')),
            ],
            options={
                'verbose_name': 'module',
                'verbose_name_plural': 'modules',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('translation_key', models.UUIDField(editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('minutes', models.PositiveSmallIntegerField(default=20)),
                ('required', models.BooleanField(default=True)),
                ('withdrawn', models.BooleanField(default=False)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='courses.module')),
            ],
            options={
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
                'ordering': ['module', 'position'],
            },
        ),
        migrations.AddField(
            model_name='enrolment',
            name='module',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='courses.module'),
        ),
        migrations.CreateModel(
            name='ModuleAspect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aspect', models.CharField(choices=[('legal', 'legal'), ('social', 'social'), ('economic', 'economic'), ('cultural', 'cultural')], max_length=10)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aspect_links', to='courses.module')),
            ],
            options={
                'verbose_name': 'aspect of a module',
                'verbose_name_plural': 'aspects of modules',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ModuleObjective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('module_key', models.UUIDField()),
                ('questions', models.PositiveSmallIntegerField(default=0, verbose_name='questions wanted')),
                ('objective', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='module_links', to='assessments.objective')),
            ],
            options={
                'verbose_name': 'objective of a module',
                'verbose_name_plural': 'objectives of modules',
                'ordering': ['objective__code'],
                'constraints': [models.UniqueConstraint(fields=('module_key', 'objective'), name='module_objective_once')],
            },
        ),
        migrations.CreateModel(
            name='LessonObjective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lesson_key', models.UUIDField()),
                ('objective', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lesson_links', to='assessments.objective')),
            ],
            options={
                'verbose_name': 'objective of a lesson',
                'verbose_name_plural': 'objectives of lessons',
                'ordering': ['objective__code'],
                'constraints': [models.UniqueConstraint(fields=('lesson_key', 'objective'), name='lesson_objective_once')],
            },
        ),
        migrations.CreateModel(
            name='ModuleResource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resource_key', models.UUIDField(db_index=True)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resource_links', to='courses.module')),
            ],
            options={
                'verbose_name': 'resource of a module',
                'verbose_name_plural': 'resources of modules',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='LessonProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('place', models.CharField(blank=True, max_length=36)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='progress', to='courses.enrolment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='courses.lesson')),
            ],
            options={
                'verbose_name': 'lesson progress',
                'verbose_name_plural': 'lesson progress',
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'lesson'), name='lesson_progress_once')],
            },
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(fields=['agency', 'module'], name='enrolment_by_agency'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.UniqueConstraint(fields=('person', 'module'), name='enrolment_once'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('completed_at__isnull', True), ('completed_at__gte', models.F('enrolled_at')), _connector='OR'), name='enrolment_moments_in_order'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('completed_at__isnull', True), models.Q(('completion__isnull', False), ('rule_version__isnull', False)), _connector='OR'), name='enrolment_completed_is_explained'),
        ),
        migrations.AddConstraint(
            model_name='moduleaspect',
            constraint=models.UniqueConstraint(fields=('module', 'aspect'), name='module_aspect_once'),
        ),
        migrations.AddConstraint(
            model_name='moduleresource',
            constraint=models.UniqueConstraint(fields=('module', 'resource_key'), name='module_resource_once'),
        ),
        migrations.CreateModel(
            name='LearningPath',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('title_en', models.CharField(max_length=200)),
                ('title_ru', models.CharField(blank=True, max_length=200)),
                ('title_be', models.CharField(blank=True, max_length=200)),
                ('agency_kind', models.CharField(blank=True, choices=[('state_authority', 'State authority'), ('regional_authority', 'Regional authority'), ('health_institution', 'Health institution'), ('ngo', 'Non-governmental organisation'), ('international_organisation', 'International organisation'), ('education', 'Education')], max_length=30, verbose_name='kind of agency')),
                ('posts', models.CharField(blank=True, max_length=300, verbose_name='posts')),
                ('withdrawn', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'path of modules',
                'verbose_name_plural': 'paths of modules',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('below', models.BooleanField(default=True)),
                ('due_on', models.DateField(verbose_name='due on')),
                ('days', models.PositiveSmallIntegerField(default=30, verbose_name='days for new members')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note to those who are assigned')),
                ('assigned_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='people.agency')),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='courses.module')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='people.person')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('path', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='courses.learningpath')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PathModule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.module')),
                ('path', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='courses.learningpath')),
            ],
            options={
                'verbose_name': 'module of a path',
                'verbose_name_plural': 'modules of paths',
                'ordering': ['path', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Exemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exemptions', to='courses.assignment')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.module')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exemptions', to='people.person')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'exemption',
                'verbose_name_plural': 'exemptions',
                'ordering': ['assignment', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('module__isnull', False), ('withdrawn_at__isnull', True)), fields=('assignment', 'person', 'module'), name='exemption_of_module_once'), models.UniqueConstraint(condition=models.Q(('module__isnull', True), ('withdrawn_at__isnull', True)), fields=('assignment', 'person'), name='exemption_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='exemption_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='LessonNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=36)),
                ('text', models.TextField(blank=True, verbose_name='note')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='courses.lesson')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lesson_notes', to='people.person')),
            ],
            options={
                'verbose_name': 'mark in a lesson',
                'verbose_name_plural': 'marks and notes in lessons',
                'ordering': ['lesson__module', 'lesson__position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('person', 'lesson', 'place'), name='lesson_note_once')],
            },
        ),
        migrations.CreateModel(
            name='LessonFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=200, verbose_name='file')),
                ('file', models.FileField(storage=courses.models.word_files.private_storage, upload_to='lesson-files/')),
                ('module_key', models.UUIDField()),
                ('language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('be', 'Belarusian')], max_length=2, verbose_name='language')),
                ('lesson_key', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'lesson in a Word file',
                'verbose_name_plural': 'lessons in Word files',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PracticeAnswer',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('given', models.JSONField()),
                ('part', models.PositiveSmallIntegerField()),
                ('received_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practice_answers', to='courses.enrolment')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_answers', to='assessments.questionversion')),
            ],
            options={
                'verbose_name': 'answer to a practice question',
                'verbose_name_plural': 'answers to practice questions',
                'ordering': ['-received_at', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('module__isnull', False), ('path__isnull', True)), models.Q(('module__isnull', True), ('path__isnull', False)), _connector='OR'), name='assignment_of_module_or_path'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', True), ('person__isnull', False)), models.Q(('agency__isnull', False), ('person__isnull', True)), _connector='OR'), name='assignment_to_person_or_agency'),
        ),
        migrations.AddConstraint(
            model_name='pathmodule',
            constraint=models.UniqueConstraint(fields=('path', 'module'), name='path_module_once'),
        ),
        migrations.AddConstraint(
            model_name='pathmodule',
            constraint=models.UniqueConstraint(fields=('path', 'position'), name='path_position_once'),
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cohort', models.CharField(max_length=40)),
                ('written_as', models.CharField(choices=[('learner', 'learner'), ('facilitator', 'facilitator'), ('manager', 'programme manager')], default='learner', max_length=12)),
                ('unnamed', models.BooleanField(default=False)),
                ('language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('be', 'Belarusian')], max_length=2)),
                ('text', models.TextField(verbose_name='text')),
                ('written_at', models.DateTimeField()),
                ('sent', models.UUIDField(editable=False)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('hidden_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='courses.module')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='people.person')),
                ('question', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='courses.contribution')),
            ],
            options={
                'verbose_name': 'contribution to a discussion',
                'verbose_name_plural': 'contributions to discussions',
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='what is wrong')),
                ('made_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='people.person')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='courses.contribution')),
            ],
            options={
                'verbose_name': 'complaint about a contribution',
                'verbose_name_plural': 'complaints about contributions',
                'ordering': ['made_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question_text', models.TextField(verbose_name='question')),
                ('question_language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('be', 'Belarusian')], max_length=2)),
                ('answer_text', models.TextField(verbose_name='answer')),
                ('answer_language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('be', 'Belarusian')], max_length=2)),
                ('kept_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept', to='courses.contribution')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kept_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_answers', to='courses.module')),
            ],
            options={
                'verbose_name': 'kept answer',
                'verbose_name_plural': 'kept answers',
                'ordering': ['-kept_at', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(fields=['module', 'cohort', 'written_at'], name='contribution_by_cohort'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('person', 'sent'), name='contribution_sent_once'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('hidden_by__isnull', True)), models.Q(('hidden_at__isnull', False), ('hidden_by__isnull', False)), _connector='OR'), name='contribution_hidden_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.UniqueConstraint(fields=('contribution', 'person'), name='contribution_complaint_once'),
        ),
        migrations.AddConstraint(
            model_name='keptanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('answer',), name='answer_kept_once'),
        ),
    ]
